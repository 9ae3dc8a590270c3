import type { Check } from "../../check.ts";
import { boundCertificate } from "./bound-certificate.ts";
import { forwardingHeaders } from "./forwarding-headers.ts";
import { oldProtocol } from "./old-protocol.ts";
import { plainHttp } from "./plain-http.ts";

export const TRANSPORT: readonly Check[] = [boundCertificate, forwardingHeaders, oldProtocol, plainHttp];
