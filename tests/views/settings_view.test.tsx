/** The settings, in each state. */

import SettingsView from "../../src/views/SettingsView.tsx";
import { APP, CONFIGURED, CONTEXT, CUSTOMER, EMPTY, FAILED, FOUND, job, OPTION, target } from "./fixtures.ts";
import { configured, empty, fillIn, QUIET, RENAMED } from "./settings.ts";
import { states } from "./states.ts";

const unknownToken = {
  status: 422,
  reason: "token_refused",
  text: {
    ja: "APIトークンが正しくないか、まだ有効になっていません。APIトークンを確かめ、［アプリを更新］してください。",
    en: "The API token is wrong or not active yet. Check it, and select Update App.",
  },
};

states(
  "SettingsView",
  SettingsView,
  {},
  {
    empty: { replies: empty },
    configured: { replies: configured },
    live: { replies: configured, place: { mode: "live" } },
    connecting: {
      replies: empty,
      act: async (screen, texts) => {
        await screen.press(texts.app.add);
        await screen.type(texts.app.address, "example");
      },
    },
    app_found: {
      replies: { ...empty, try_app: { answer: { ...FOUND, records: 1234 } } },
      act: async (screen, texts) => {
        await fillIn(screen, texts);
        await screen.press(texts.app.test);
      },
    },
    token_refused: {
      replies: { ...empty, try_app: unknownToken },
      act: async (screen, texts) => {
        await fillIn(screen, texts);
        await screen.press(texts.app.test);
      },
    },
    suggestion: {
      replies: { ...QUIET, configuration: { answer: { ...EMPTY, apps: [APP] } } },
      act: (screen, texts) => screen.press(texts.mapping.suggest),
    },
    suggestion_in_place_of_another: {
      replies: configured,
      act: (screen, texts) => screen.press(texts.mapping.suggest),
    },
    changing_a_connection: { replies: configured, act: (screen, texts) => screen.press(texts.app.edit) },
    no_stripe_key: { replies: { ...QUIET, configuration: { answer: { ...EMPTY, stripe_key: false } } } },
    wrong_rule: {
      replies: configured,
      act: (screen, texts) => screen.type(texts.mapping.valueLabel.path, "address..city"),
    },
    rule_as_json: {
      replies: configured,
      act: async (screen, texts) => {
        await screen.type(texts.mapping.from, "other");
        await screen.type(texts.mapping.valueLabel.other, "{");
      },
    },
    field_removed: { replies: configured, act: (screen, texts) => screen.press(texts.action.remove) },
    deleting_records: {
      replies: configured,
      act: (screen, texts) => screen.type(texts.mapping.onDelete, "delete"),
    },
    marking_records: {
      replies: configured,
      act: (screen, texts) => screen.type(texts.mapping.onDelete, "mark"),
    },
    preview: {
      replies: { ...configured, sample: { answer: { object: CUSTOMER, context: CONTEXT } } },
      act: (screen, texts) => screen.press(texts.preview.show),
    },
    no_data_yet: {
      replies: { ...configured, sample: { answer: { object: null } } },
      act: (screen, texts) => screen.press(texts.preview.show),
    },
    no_such_data: {
      replies: { ...configured, sample: { answer: { object: null } } },
      act: async (screen, texts) => {
        await screen.type(texts.preview.id, "cus_404");
        await screen.press(texts.preview.show);
      },
    },
    save_refused: {
      replies: {
        ...configured,
        put_mapping: {
          status: 422,
          reason: "issues",
          text: {
            ja: "設定に問題があるため、保存していません。表示された内容を直してください。",
            en: "There are problems, so nothing was stored. Correct what is shown.",
          },
          issues: [{ text: OPTION }],
        },
      },
      act: async (screen, texts) => {
        await screen.type(texts.mapping.valueLabel.path, "description");
        await screen.press(texts.action.save);
      },
    },
    changed_meanwhile: {
      replies: { ...configured, put_mapping: { status: 412, reason: "changed_meanwhile" } },
      act: async (screen, texts) => {
        await screen.type(texts.mapping.valueLabel.path, "description");
        await screen.press(texts.action.save);
      },
    },
    form_unread: {
      replies: {
        ...QUIET,
        configuration: { answer: { ...CONFIGURED, apps: [{ ...APP, form: null, token: false }] } },
      },
    },
    drift: {
      replies: {
        ...QUIET,
        configuration: {
          answer: {
            ...CONFIGURED,
            drift: [
              {
                code: "option_removed",
                severity: "error",
                refused_by: "kintone",
                target: "customers",
                field: "プラン",
                label: "プラン",
                text: OPTION,
              },
            ],
          },
        },
      },
    },
    option_renamed: {
      replies: { ...QUIET, configuration: { answer: { ...CONFIGURED, drift: [RENAMED] } } },
    },
    held: {
      replies: {
        ...QUIET,
        configuration: { answer: { ...CONFIGURED, targets: [target("held", { reason: "records_found" })] } },
      },
    },
    dry_run_running: { replies: { ...configured, job: { answer: job("dry_run", "running") } } },
    dry_run_done: { replies: { ...configured, job: { answer: job("dry_run", "done") } } },
    importing: { replies: { ...configured, job: { answer: job("backfill", "running") } } },
    import_reading: {
      replies: {
        ...configured,
        job: {
          answer: job("backfill", "running", {
            progress: null,
            text: {
              ja: "Stripeからデータを読み取っています（顧客 1,200件）。",
              en: "Reading from Stripe (1,200 customers).",
            },
            counts: { seen: 1200, created: 0, updated: 0, unchanged: 0, left_out: 0, failed: 0 },
          }),
        },
      },
    },
    import_cancelled: { replies: { ...configured, job: { answer: job("backfill", "cancelled") } } },
    failures: { replies: { ...configured, failures: { answer: { total: 1, failures: [FAILED] } } } },
    import_unreadable: {
      replies: configured,
      act: async (screen, texts) => {
        await screen.type(texts.transfer.importLabel, '{"version": 1, "targets": {"a": {}}}');
        await screen.press(texts.transfer.import);
      },
    },
    read_only: { replies: configured, place: { roles: ["view_only"] } },
    loading: { replies: { configuration: "silent" } },
    roles_unproven: {
      replies: {
        configuration: [
          { status: 401, reason: "roles_unproven" },
          { status: 403, reason: "reading_not_allowed" },
        ],
      },
    },
    no_permission: { replies: { configuration: { status: 403, reason: "reading_not_allowed" } } },
    unreachable: { replies: { configuration: "unreachable" } },
  },
);
