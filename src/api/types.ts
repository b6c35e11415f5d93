// Generated from schema/api.schema.json by `node app-ui-wasm/types.mjs`: do not edit.

/**
 * Which work.
 */
export type JobName = "backfill" | "dry_run" | "reconcile";
/**
 * How it stands.
 */
export type JobState = "running" | "done" | "cancelled" | "failed";
/**
 * The kinds that have a view of their own.
 */
export type ObjectKind = "customer" | "subscription" | "invoice";
/**
 * How a record stands.
 */
export type Standing = "left_out" | "in_sync" | "not_linked" | "differs" | "waiting" | "stopped" | "failed";
/**
 * Send again (再送).
 */
export type Replay =
  | {
      ids: number[];
    }
  | {
      code: string;
    }
  | {
      all: boolean;
    };
/**
 * How bad an issue is.
 */
export type Severity = "error" | "warning";
/**
 * Who would notice an issue.
 */
export type RefusedBy = "kintone" | "silent" | "daicho";

/**
 * Each operation by its name, with what it takes and answers: the API's schema.
 */
export interface Operations {
  /**
   * How the sync stands.
   */
  home: {
    request: Nothing;
    answer: Home;
  };
  /**
   * One object, its records and what belongs to it.
   */
  object: {
    request: ObjectRequest;
    answer: ObjectState;
  };
  /**
   * Reads an object from Stripe and writes its records again.
   */
  sync: {
    request: Sync;
    answer: Synced;
  };
  /**
   * What will not succeed by itself.
   */
  failures: {
    request: FailuresRequest;
    answer: Failures;
  };
  /**
   * Sends failed records again.
   */
  replay: {
    request: Replay;
    answer: Replayed;
  };
  /**
   * Leaves failed records for good.
   */
  discard: {
    request: Discard;
    answer: Replayed;
  };
  /**
   * The mapping, the connections and the apps.
   */
  configuration: {
    request: Nothing;
    answer: Configuration;
  };
  /**
   * Tries an app and its token; nothing is stored.
   */
  try_app: {
    request: TryApp;
    answer: AppFound;
  };
  /**
   * Stores an app's connection and its token.
   */
  connect: {
    request: Connect;
    answer: Connected;
  };
  /**
   * Stores a mapping.
   */
  put_mapping: {
    request: PutMapping;
    answer: Stored;
  };
  /**
   * Lets a held target be written to.
   */
  waive: {
    request: Waive;
    answer: Done;
  };
  /**
   * Has a paused target checked at once.
   */
  resume: {
    request: Resume;
    answer: Done;
  };
  /**
   * Answers a target that is held for its many deletions.
   */
  deletions: {
    request: DeletionsRequest;
    answer: DeletionsAnswered;
  };
  /**
   * A real object to see a mapping with.
   */
  sample: {
    request: SampleRequest;
    answer: Sample;
  };
  /**
   * Begins work over all objects.
   */
  start_job: {
    request: StartJob;
    answer: Job;
  };
  /**
   * How such work stands.
   */
  job: {
    request: JobRequest;
    /**
     * What it answers.
     */
    answer?: Job | null;
  };
  /**
   * Ends such work.
   */
  cancel_job: {
    request: JobRequest;
    answer: Job;
  };
}
/**
 * Nothing is asked beyond the operation itself.
 */
export interface Nothing {}
/**
 * How the sync stands.
 */
export interface Home {
  /**
   * Whether the mapping and the connections are stored, and this version can use them.
   */
  configured: boolean;
  /**
   * What a person should do before anything else; nothing when all is well, or nothing is stored yet.
   */
  notice?: Text | null;
  /**
   * Events that came since 00:00 in the tenant's zone.
   */
  events_today: number;
  /**
   * Records to be written, and objects to be read.
   */
  waiting: number;
  /**
   * What will not succeed by itself (要対応).
   */
  failed: number;
  /**
   * The last event that came.
   */
  last_event?: LastEvent | null;
  /**
   * Each kintone app with its requests of today.
   */
  apps: AppBudget[];
  /**
   * Each target.
   */
  targets: TargetHealth[];
  /**
   * What runs over all objects, or ran last.
   */
  jobs: Job[];
}
/**
 * A text for people, in both languages.
 */
export interface Text {
  /**
   * Japanese.
   */
  ja: string;
  /**
   * English.
   */
  en: string;
}
/**
 * The last event that came.
 */
export interface LastEvent {
  /**
   * `customer.updated`, for one.
   */
  type: string;
  name: Text;
  /**
   * When it came, in milliseconds since the Unix epoch.
   */
  received: number;
}
/**
 * A kintone app's requests since the last 09:00 in Japan.
 */
export interface AppBudget {
  /**
   * The alias in the mapping.
   */
  app: string;
  /**
   * Where the app is, for a person to open.
   */
  url: string;
  /**
   * Requests made.
   */
  used: number;
  /**
   * Requests that it may make a day.
   */
  share: number;
  /**
   * Nothing more is sent before; nothing when it may go on.
   */
  held_until?: number | null;
}
/**
 * How a target stands.
 */
export interface TargetHealth {
  /**
   * Its name in the mapping.
   */
  target: string;
  /**
   * The alias of its app.
   */
  app: string;
  /**
   * `unchecked`, `held`, `active` or `paused`.
   */
  state: string;
  /**
   * Why it is not written to, as a code.
   */
  reason?: string | null;
  /**
   * What to do about it.
   */
  text?: Text | null;
  /**
   * Records to be written.
   */
  waiting: number;
  /**
   * Records that are known to be there.
   */
  written: number;
  /**
   * Records that will not succeed by themselves.
   */
  failed: number;
  /**
   * Deletions that a person is asked about; nothing where none are.
   */
  deletions?: HeldDeletions | null;
}
/**
 * Deletions that hold a target.
 */
export interface HeldDeletions {
  /**
   * Records that would be deleted.
   */
  waiting: number;
  /**
   * Whether there are more than were counted.
   */
  more: boolean;
  /**
   * Records deleted since the last 09:00 in Japan without a person's word.
   */
  today: number;
  /**
   * How many may be, a day.
   */
  limit: number;
}
/**
 * One of them.
 */
export interface Job {
  job: JobName;
  state: JobState;
  text: Text;
  counts: Counts;
  /**
   * Whether beginning it again goes on where it stands; otherwise it begins anew.
   */
  resumable: boolean;
  /**
   * How much of it is done, from 0 to 1; nothing while that is not known.
   */
  progress?: number | null;
  /**
   * When it began.
   */
  begun: number;
  /**
   * When it ended.
   */
  ended?: number | null;
  /**
   * Some of what it found.
   */
  examples: Example[];
}
/**
 * Objects and records, counted.
 */
export interface Counts {
  /**
   * Objects read from Stripe.
   */
  seen: number;
  /**
   * Records made, or that would be.
   */
  created: number;
  /**
   * Records changed, or that would be.
   */
  updated: number;
  /**
   * Records that would be deleted; of a comparison, those of objects that are gone from Stripe. Nothing where they
   * are not counted.
   */
  deleted?: number | null;
  /**
   * Records that are as they should be.
   */
  unchanged: number;
  /**
   * Objects that a condition leaves out.
   */
  left_out: number;
  /**
   * Records that kintone would refuse, or refused.
   */
  failed: number;
}
/**
 * Something that it found.
 */
export interface Example {
  /**
   * `created`, `updated`, `deleted`, `refused` or `without_key`; of a comparison `missing`, `stale`,
   * `left_over`, `unlinked`, `refused`, `twin` or `unknown_key`.
   */
  what: string;
  /**
   * The target's name.
   */
  target: string;
  /**
   * The object; empty where none is known.
   */
  object: string;
  /**
   * Why, for people.
   */
  text?: Text | null;
}
/**
 * Which object.
 */
export interface ObjectRequest {
  kind: ObjectKind;
  /**
   * `cus_…`, `sub_…` or `in_…`.
   */
  id: string;
}
/**
 * An object, its records, and what belongs to it.
 */
export interface ObjectState {
  standing: Standing;
  /**
   * Its record in each target.
   */
  records: RecordState[];
  /**
   * Of a customer, the kinds of objects that records are made of: others are not listed.
   */
  child_kinds: ObjectKind[];
  /**
   * A customer's subscriptions and invoices, the newest first.
   */
  children: ObjectLine[];
  /**
   * Whether there are more of them than are listed.
   */
  more_children: boolean;
  /**
   * What happened lately, the newest first.
   */
  happened: Happening[];
}
/**
 * An object's record in one target.
 */
export interface RecordState {
  /**
   * The target's name.
   */
  target: string;
  /**
   * The alias of its app.
   */
  app: string;
  standing: Standing;
  /**
   * Why, and what to do; nothing where nothing is to be done.
   */
  text?: Text | null;
  /**
   * The stable code of the reason.
   */
  code?: string | null;
  /**
   * The number of the failure, to send it again.
   */
  failure?: number | null;
  /**
   * Where the record is, for a person to open.
   */
  url?: string | null;
  /**
   * When it was last written.
   */
  written?: number | null;
  /**
   * Whether kintone's values could be read just now, and stand beside Stripe's.
   */
  compared: boolean;
  /**
   * How many fields differ, hidden ones too.
   */
  differing: number;
  /**
   * The mapped fields that may be shown.
   */
  fields: FieldState[];
}
/**
 * One mapped field.
 */
export interface FieldState {
  /**
   * The field code.
   */
  code: string;
  /**
   * Its label in kintone.
   */
  label: string;
  /**
   * kintone's type of the field.
   */
  type: string;
  /**
   * What Stripe's object gives, as kintone's value.
   */
  stripe: unknown;
  /**
   * What kintone holds; nothing where there is no record or it could not be read.
   */
  kintone?: unknown;
  /**
   * Whether the two differ and Daicho would write it.
   */
  differs: boolean;
  /**
   * Whether the two differ and kintone's stays, as the mapping says: of a field that is written on creation only,
   * for one.
   */
  keeps: boolean;
}
/**
 * Another object that belongs to the one looked at.
 */
export interface ObjectLine {
  kind: ObjectKind;
  /**
   * Its id.
   */
  id: string;
  /**
   * An invoice's number, where it has one.
   */
  name?: string | null;
  /**
   * Stripe's word for its status.
   */
  status?: string | null;
  standing: Standing;
  /**
   * Where its record is, for a person to open.
   */
  url?: string | null;
}
/**
 * Something that happened.
 */
export interface Happening {
  /**
   * When.
   */
  at: number;
  text: Text;
}
/**
 * Write these objects' records again, whatever is known of them.
 */
export interface Sync {
  object: ObjectRequest;
}
/**
 * What was set going.
 */
export interface Synced {
  /**
   * Records that will be written.
   */
  records: number;
}
/**
 * Which page.
 */
export interface FailuresRequest {
  /**
   * The number of the last one of the page before.
   */
  after?: number | null;
}
/**
 * A page, the oldest first.
 */
export interface Failures {
  /**
   * How many there are in all.
   */
  total: number;
  /**
   * Those of this page.
   */
  failures: Failed[];
}
/**
 * One of them.
 */
export interface Failed {
  /**
   * Its number.
   */
  id: number;
  /**
   * The target; nothing for an event.
   */
  target?: string | null;
  /**
   * The object; nothing where there is none.
   */
  object?: string | null;
  /**
   * Why, as a stable code: an issue's or kintone's.
   */
  code: string;
  /**
   * The field code.
   */
  field?: string | null;
  text: Text;
  /**
   * When it happened first.
   */
  first: number;
  /**
   * When it happened last.
   */
  last: number;
  /**
   * How often it was tried.
   */
  attempts: number;
  /**
   * Where the record is, for a person to open.
   */
  url?: string | null;
}
/**
 * What was sent again or discarded.
 */
export interface Replayed {
  /**
   * How many.
   */
  count: number;
}
/**
 * Leave them for good.
 */
export interface Discard {
  /**
   * Their numbers.
   */
  ids: number[];
  /**
   * Why, in the person's words.
   */
  reason: string;
}
/**
 * All that the settings show.
 */
export interface Configuration {
  /**
   * The mapping document; nothing before the first.
   */
  mapping?: unknown;
  /**
   * Its ETag.
   */
  mapping_etag?: string | null;
  /**
   * The connections' ETag; nothing before the first.
   */
  connections_etag?: string | null;
  /**
   * Each app by its alias.
   */
  apps: AppState[];
  /**
   * Each target.
   */
  targets: TargetHealth[];
  /**
   * What no longer fits since a form was changed in kintone.
   */
  drift: Issue[];
  /**
   * Whether a key that reads Stripe is stored.
   */
  stripe_key: boolean;
  /**
   * Whether the caller may change anything, as far as the call proves.
   */
  may_change: boolean;
}
/**
 * An app of the connections.
 */
export interface AppState {
  /**
   * Its alias in the mapping.
   */
  alias: string;
  address: AppAddress;
  /**
   * Where it is, for a person to open.
   */
  url: string;
  /**
   * Whether its token is stored.
   */
  token: boolean;
  /**
   * The form as it was last read, as kintone's `GET /k/v1/app/form/fields.json` answers.
   */
  form?: unknown;
  /**
   * The app's settings, where the token may read them.
   */
  settings?: unknown;
}
/**
 * Where an app is.
 */
export interface AppAddress {
  /**
   * `example.cybozu.com`; an address that was pasted from the browser is taken apart by the view.
   */
  domain: string;
  /**
   * The app's number.
   */
  app: number;
  /**
   * The guest space, where the app is in one.
   */
  guest_space?: number | null;
}
/**
 * Something wrong in a mapping or record, with a code, a place and a text in Japanese and English.
 */
export interface Issue {
  /**
   * Stable, for example `unknown_field`.
   */
  code: string;
  severity: Severity;
  refused_by: RefusedBy;
  /**
   * The target's name.
   */
  target?: string | null;
  /**
   * The index of the field rule in its target.
   */
  rule?: number | null;
  /**
   * The field code.
   */
  field?: string | null;
  /**
   * The field's label, where the form schema knows it.
   */
  label?: string | null;
  /**
   * The offending value, shortened.
   */
  value?: string | null;
  text: Text;
}
/**
 * Try an app and its token; nothing is stored.
 */
export interface TryApp {
  address: AppAddress;
  /**
   * The API token; nothing: the one that is stored for the alias.
   */
  token?: string | null;
  /**
   * The alias in the mapping.
   */
  alias: string;
}
/**
 * An app that answered.
 */
export interface AppFound {
  /**
   * Its name as kintone shows it; nothing where the token may not read it.
   */
  name?: string | null;
  /**
   * The form, as kintone's `GET /k/v1/app/form/fields.json` answers.
   */
  form: unknown;
  /**
   * The app's settings, where the token may read them.
   */
  settings?: unknown;
  /**
   * Records that are in it.
   */
  records: number;
}
/**
 * Store an app's connection and its token.
 */
export interface Connect {
  /**
   * The alias in the mapping.
   */
  alias: string;
  address: AppAddress;
  /**
   * The API token; nothing: the one that is stored stays.
   */
  token?: string | null;
  /**
   * The ETag of the connections that the view saw; nothing where there were none.
   */
  etag?: string | null;
}
/**
 * It is stored.
 */
export interface Connected {
  /**
   * The connections' new ETag.
   */
  etag: string;
  app: AppFound;
}
/**
 * Store a mapping.
 */
export interface PutMapping {
  /**
   * The document.
   */
  mapping: unknown;
  /**
   * The ETag of the one that the view saw; nothing where there was none.
   */
  etag?: string | null;
}
/**
 * It is stored.
 */
export interface Stored {
  /**
   * Its ETag.
   */
  etag: string;
  /**
   * What somebody should look at although it was stored.
   */
  issues: Issue[];
}
/**
 * Let a held target be written to.
 */
export interface Waive {
  /**
   * The target's name.
   */
  target: string;
  /**
   * The app's name as kintone shows it, typed by the person.
   */
  app_name: string;
}
/**
 * It is done, and there is nothing to say.
 */
export interface Done {}
/**
 * Have a paused target checked at once, and written to if it can be.
 */
export interface Resume {
  /**
   * The target's name.
   */
  target: string;
}
/**
 * Answer a target that is held for its many deletions.
 */
export interface DeletionsRequest {
  /**
   * The target's name.
   */
  target: string;
  /**
   * Whether the records are deleted; otherwise they stay.
   */
  delete: boolean;
  /**
   * How many the person was shown and typed, where they are to be deleted.
   */
  waiting?: number | null;
}
/**
 * The held deletions were answered.
 */
export interface DeletionsAnswered {
  /**
   * How many records it was about.
   */
  records: number;
}
/**
 * A real object to see a mapping with.
 */
export interface SampleRequest {
  kind: ObjectKind;
  /**
   * Its id; nothing: the newest.
   */
  id?: string | null;
  /**
   * The mapping to see it with, with its one target: what that looks at is gathered.
   */
  mapping?: unknown;
}
/**
 * A real object.
 */
export interface Sample {
  /**
   * The object in the pinned API version; nothing where there is none yet.
   */
  object?: unknown;
  /**
   * What the mapping looks at beside it, as the logic's `project_and_check` takes it.
   */
  context?: unknown;
}
/**
 * Begin one.
 */
export interface StartJob {
  job: JobName;
  /**
   * For a dry run: another mapping than the one that is stored.
   */
  mapping?: unknown;
}
/**
 * Which one to look at or to end.
 */
export interface JobRequest {
  job: JobName;
}
