import type { Check } from "../../check.ts";
import { burst } from "./burst.ts";
import { crash } from "./crash.ts";
import { lostResponse } from "./lost-response.ts";
import { retryStorm } from "./retry-storm.ts";
import { slowNeighbour } from "./slow-neighbour.ts";

export const STABILITY: readonly Check[] = [lostResponse, retryStorm, slowNeighbour, burst, crash];
