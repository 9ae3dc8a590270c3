import type { Transition } from "./types.ts";

/** Notifications that a transition sends, its refusals' too, with the pointer below the transition. */
export function notificationsOf(transition: Transition): readonly { readonly id: string; readonly pointer: string }[] {
  return [
    ...(transition.require ?? []).flatMap(({ onRefuse }, index) =>
      (onRefuse?.notify ?? []).map((id, place) => ({ id, pointer: `/require/${index}/onRefuse/notify/${place}` })),
    ),
    ...transition.to.flatMap(({ notify }, index) =>
      (notify ?? []).map((id, place) => ({ id, pointer: `/to/${index}/notify/${place}` })),
    ),
  ];
}
