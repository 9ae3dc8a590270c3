/** Something that is to happen at a moment of virtual time. A cancelled one stays in the queue without its task. */
export interface Event {
  readonly timeMs: number;
  readonly sequence: number;
  task: (() => void) | undefined;
}

/** A binary heap of events by time, and by order of arrival within one moment: nothing else decides who is next. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #sequence = 0;

  add(timeMs: number, task: () => void): Event {
    const event: Event = { timeMs, sequence: this.#sequence++, task };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
    return event;
  }

  /** The next event that is not cancelled, left in its place. */
  peek(): Event | undefined {
    let first = this.#heap[0];
    while (first !== undefined && first.task === undefined) {
      this.#removeFirst();
      first = this.#heap[0];
    }
    return first;
  }

  take(): Event | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let smaller = left;
      if (right !== undefined && before(right, left)) {
        smaller = right;
        child++;
      }
      if (!before(smaller, last)) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
  }
}

const before = (one: Event, other: Event): boolean =>
  one.timeMs < other.timeMs || (one.timeMs === other.timeMs && one.sequence < other.sequence);
