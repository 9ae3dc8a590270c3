import type { Interface, Lifecycle, Requirement, Scenario } from "./types.ts";

/** Where a part of a pack stands, for problems. */
export const interfaceFile = (one: Pick<Interface, "id">): string => `interfaces/${one.id}.json`;
export const lifecycleFile = (one: Pick<Lifecycle, "resource">): string =>
  `lifecycles/${one.resource.replaceAll("_", "-")}.json`;
export const scenarioFile = (one: Pick<Scenario, "id">): string => `scenarios/${one.id}.json`;
export const requirementFile = (one: Pick<Requirement, "area">): string => `requirements/${one.area}.json`;
export const messageFile = (name: string): string => `messages/${name}.json`;
