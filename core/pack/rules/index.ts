import { acknowledgement } from "./acknowledgement.ts";
import { sensitiveAddress } from "./addresses.ts";
import { answerHeaders, refusalPointers } from "./answers.ts";
import { billTable } from "./bill-table.ts";
import { errorListed, errorRank, errorStage, errorUnknown, errorUnused } from "./error-codes.ts";
import { expressionTypes } from "./expressions.ts";
import { lifecycleFields } from "./lifecycle-fields.ts";
import { scenarioSeeds } from "./scenario-seeds.ts";
import { scenarioValues } from "./scenario-values.ts";
import { fieldFormTexts } from "./forms-of-fields.ts";
import { xmlForm } from "./xml-form.ts";
import { xmlSignature } from "./xml-signature.ts";
import { formFlat } from "./forms.ts";
import { freshnessParts } from "./freshness.ts";
import { bilingual, duplicates } from "./identity.ts";
import { journeyRoles, journeys } from "./journeys.ts";
import { jwsNames } from "./jws.ts";
import { answerStatus, callerQuery, notificationSignedAs, signatureSchemes } from "./policies.ts";
import { provocations } from "./provocations.ts";
import {
  lawNames,
  purposeFields,
  purposeNames,
  purposeReserved,
  purposeTrue,
  scenarioPlays,
  stateOutcome,
} from "./purposes.ts";
import { requestClosed } from "./request-closed.ts";
import { requestFields } from "./request-fields.ts";
import { questionOpen } from "./questions.ts";
import { recovery } from "./recovery.ts";
import { repetition } from "./repetition.ts";
import { rowParty } from "./row-party.ts";
import type { Rule } from "./rule.ts";
import { bodySealingPlaces, bodySealingScheme } from "./body-sealing.ts";
import { receiverSchemes, sealedFields, sealedInJson, sealingBySignature, sealingSchemes } from "./sealing.ts";
import { routeSelect } from "./selections.ts";
import { schemaAnchored, schemaCompile, schemaPattern, schemaReference, schemaUnused } from "./schemas.ts";
import { fieldSources } from "./sources.ts";
import { stateFinal, stateUnknown, stateUnreachable } from "./states.ts";
import { moduleMissing, moduleUndeclared, moduleUnneeded } from "./modules.ts";
import { viewCycle, viewUnknown, viewUnused } from "./views.ts";
import { interfaceAnswer, interfaceIdle } from "./interface-work.ts";
import { wiring } from "./wiring.ts";

/** Every rule of `checkPack`. Another one is another entry, with a mutation in `check.test.ts` that breaks it. */
export const RULES: readonly Rule[] = [
  duplicates,
  bilingual,
  errorUnknown,
  errorStage,
  errorRank,
  errorListed,
  errorUnused,
  provocations,
  rowParty,
  journeys,
  recovery,
  journeyRoles,
  schemaReference,
  schemaCompile,
  schemaUnused,
  schemaPattern,
  schemaAnchored,
  fieldSources,
  fieldFormTexts,
  sealingSchemes,
  sealingBySignature,
  receiverSchemes,
  sealedFields,
  sealedInJson,
  bodySealingScheme,
  bodySealingPlaces,
  interfaceIdle,
  interfaceAnswer,
  repetition,
  signatureSchemes,
  notificationSignedAs,
  freshnessParts,
  jwsNames,
  xmlSignature,
  answerStatus,
  acknowledgement,
  answerHeaders,
  refusalPointers,
  callerQuery,
  wiring,
  requestFields,
  routeSelect,
  requestClosed,
  formFlat,
  xmlForm,
  sensitiveAddress,
  stateUnknown,
  stateUnreachable,
  stateFinal,
  lifecycleFields,
  scenarioSeeds,
  scenarioValues,
  moduleMissing,
  moduleUndeclared,
  moduleUnneeded,
  viewUnknown,
  viewCycle,
  viewUnused,
  expressionTypes,
  purposeNames,
  purposeReserved,
  purposeTrue,
  purposeFields,
  billTable,
  stateOutcome,
  lawNames,
  scenarioPlays,
  questionOpen,
];
