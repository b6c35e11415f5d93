//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use daicho_core::stripe::AccountId;
use daicho_core::tenant::{Mode, TenantName};

use crate::dead_letters::{self, DeadLetters};
use crate::job;
use crate::mapping::{Check, Preview, Suggest};
use crate::rule::Rule;
use crate::{Language, Unusable};

const EXAMPLES: &str = "\
Examples:
  export DAICHO_URL=https://daicho.example.workers.dev DAICHO_ACCOUNT=acct_… DAICHO_MODE=live DAICHO_TOKEN=…
  daicho secret set stripe_key < key.txt
  daicho push --connections connections.json --mapping mapping.json
  daicho status
  daicho waive customers --app-name 顧客管理
Without a Worker:
  daicho suggest --form 顧客管理.json --source customer > mapping.json
  daicho check mapping.json --form customers=顧客管理.json
  daicho preview mapping.json --target customers --object customer.json --form 顧客管理.json

The admin token is read from DAICHO_TOKEN only, so that it does not stand in a shell's history.";

const DELETIONS_EXAMPLES: &str = "\
Examples:
  daicho deletions
  daicho deletions approve customers
  daicho deletions drop customers

Approve deletes the records in kintone that wait; drop leaves them as they are.";

/// Keeps kintone true to Stripe: configure a Worker and see how it stands.
#[derive(Debug, Parser)]
#[command(name = "daicho", version, after_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What asks no Worker, and does not show in its help which.
const WITHOUT_WORKER: [&str; 6] = ["check", "preview", "suggest", "rule", "events", "token"];

impl Arguments {
    /// Those that the command was called with. What is wrong with them, and help, is printed and ends it.
    #[must_use]
    pub fn of_this_call() -> Self {
        let read = Self::from_arg_matches(&command().get_matches());
        read.unwrap_or_else(|error| error.exit())
    }
}

impl Arguments {
    /// The language of messages.
    #[must_use]
    pub fn lang(&self) -> Language {
        self.common.lang
    }
}

/// The command line. The Worker's options stand everywhere, and are shown where they are used.
fn command() -> clap::Command {
    let mut command = Arguments::command();
    command.build();
    let without = |command: &&mut clap::Command| WITHOUT_WORKER.contains(&command.get_name());
    command.get_subcommands_mut().filter(without).for_each(hide_worker);
    command
}

fn hide_worker(command: &mut clap::Command) {
    let of_worker = |arg: &clap::Arg| ["url", "account", "mode"].contains(&arg.get_id().as_str());
    let hidden = |arg: clap::Arg| if of_worker(&arg) { arg.hide(true) } else { arg };
    *command = std::mem::take(command).mut_args(hidden);
    command.get_subcommands_mut().for_each(hide_worker);
}

/// Which tenant of which Worker.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// The Worker's address
    #[arg(long, env = "DAICHO_URL", global = true, value_name = "URL")]
    url: Option<String>,
    /// The Stripe account
    #[arg(long, env = "DAICHO_ACCOUNT", global = true, value_name = "acct_…", value_parser = account)]
    account: Option<AccountId>,
    /// The account's mode
    #[arg(long, env = "DAICHO_MODE", global = true, value_enum, default_value = "test")]
    mode: ModeArgument,
    /// The language of messages
    #[arg(long, env = "DAICHO_LANG", global = true, value_enum, default_value = "ja")]
    pub(crate) lang: Language,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModeArgument {
    Test,
    Live,
}

fn account(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|error| error.to_string())
}

impl Common {
    /// The Worker's address and the tenant.
    ///
    /// # Errors
    /// If one of both is not given.
    pub(crate) fn tenant(&self) -> anyhow::Result<(String, TenantName)> {
        let missing = |option: &str, variable: &str, ja: &str, en: &str| match self.lang {
            Language::Ja => {
                anyhow::anyhow!("{ja}を {option} または環境変数 {variable} で指定してください。")
            }
            Language::En => {
                anyhow::anyhow!("give {en} with {option} or in the environment as {variable}.")
            }
        };
        let url = self.url.as_deref().map(str::trim).filter(|url| !url.is_empty());
        let url = url.ok_or_else(|| missing("--url", "DAICHO_URL", "WorkerのURL", "the Worker's address"))?;
        if !is_address(url) {
            let ja = format!(
                "--url {url}: WorkerのURLを https://daicho.example.workers.dev のように書いてください。"
            );
            let en =
                format!("--url {url}: write the Worker's address like https://daicho.example.workers.dev.");
            return Err(Unusable::new(&ja, &en).into());
        }
        let account = self.account.clone();
        let account = account.ok_or_else(|| {
            missing("--account", "DAICHO_ACCOUNT", "Stripeアカウント", "the Stripe account")
        })?;
        let mode = match self.mode {
            ModeArgument::Test => Mode::Test,
            ModeArgument::Live => Mode::Live,
        };
        Ok((url.trim_end_matches('/').to_owned(), TenantName { account, mode }))
    }
}

/// Whether it has a scheme that is spoken and a host, and nothing that a path cannot follow.
fn is_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.starts_with(['/', ':']))
        && !url.contains(|c: char| c.is_whitespace() || matches!(c, '?' | '#'))
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send the mapping, the connections or both; what is stored stays if they are refused
    Push(Push),
    /// Show how the tenant stands
    Status {
        /// As the Worker gives it
        #[arg(long)]
        json: bool,
    },
    /// Store a secret that the connections refer to
    Secret {
        #[command(subcommand)]
        what: Secret,
    },
    /// Let Daicho write to an app that already has records
    Waive {
        /// The target, by its name in the mapping
        target: String,
        /// The app's name as kintone shows it, typed by you
        #[arg(long, value_name = "NAME")]
        app_name: String,
    },
    /// Go on with a paused target: what paused it is set right
    Resume {
        /// The target, by its name in the mapping
        target: String,
    },
    /// List what will not succeed by itself, with the reason; send it again or discard it
    #[command(args_conflicts_with_subcommands = true, after_help = dead_letters::EXAMPLES)]
    DeadLetters {
        #[command(subcommand)]
        what: Option<DeadLetters>,
        #[command(flatten)]
        list: dead_letters::List,
    },
    /// Show how many records wait to be deleted; let them go on or drop them
    #[command(args_conflicts_with_subcommands = true, after_help = DELETIONS_EXAMPLES)]
    Deletions {
        #[command(subcommand)]
        answer: Option<Deletions>,
        /// As the Worker gives it
        #[arg(long)]
        json: bool,
    },
    /// Compare Stripe's own list of events with what came, and take in what is missing, now
    GapCheck {
        /// Only show how it stands
        #[arg(long)]
        status: bool,
        /// As the Worker gives it
        #[arg(long)]
        json: bool,
    },
    /// Bring in what Stripe had before: read everything, then write it behind what is live
    #[command(args_conflicts_with_subcommands = true, after_help = job::BACKFILL_HELP)]
    Backfill {
        #[command(subcommand)]
        what: Option<job::What>,
        #[command(flatten)]
        how: job::How,
    },
    /// Tell what a backfill would write, by the stored mapping or by another; nothing is written
    #[command(args_conflicts_with_subcommands = true, after_help = job::DRY_RUN_HELP)]
    DryRun {
        #[command(subcommand)]
        what: Option<job::What>,
        #[command(flatten)]
        how: job::How,
        #[command(flatten)]
        tried: job::Try,
    },
    /// Compare everything that Stripe and kintone have, and mend what differs; it also runs every night at 03:00 in Japan
    #[command(args_conflicts_with_subcommands = true, after_help = job::RECONCILE_HELP)]
    Reconcile {
        #[command(subcommand)]
        what: Option<job::What>,
        #[command(flatten)]
        how: job::How,
        /// Tell what differs and mend nothing
        #[arg(long)]
        report_only: bool,
    },
    /// Make an admin token and its entry for ADMIN_TOKENS
    Token {
        /// Whose token it is
        #[arg(default_value = "admin")]
        name: String,
    },
    /// Make a key for SEALING_KEYS, or show how many secrets are sealed under which
    SealingKey {
        /// The key's id
        #[arg(default_value = "k1")]
        id: String,
        /// The present value of SEALING_KEYS: the key is added to its keys, and they stay. `-`: standard input
        #[arg(long, value_name = "FILE")]
        with: Option<PathBuf>,
        /// Show under which keys the tenant's secrets are sealed, and which may be removed
        #[arg(long, conflicts_with_all = ["id", "with"])]
        status: bool,
    },
    /// List the events that the webhook endpoint is created with
    Events,
    /// Check a mapping against the forms of its apps, from files
    Check(Check),
    /// Show the record that kintone would get of one of Stripe's objects, from files
    Preview(Preview),
    /// Make a first mapping from an app's form
    Suggest(Suggest),
    /// Try event patterns
    Rule {
        #[command(subcommand)]
        what: Rule,
    },
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Push {
    /// The connections document
    #[arg(long, value_name = "FILE")]
    pub(crate) connections: Option<PathBuf>,
    /// The mapping document
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Deletions {
    /// Delete the records that wait
    Approve {
        /// The target, by its name in the mapping
        target: String,
    },
    /// Leave the records that wait as they are
    Drop {
        /// The target, by its name in the mapping
        target: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Secret {
    /// Read the value from standard input and store it; it cannot be read again
    #[command(visible_alias = "put")]
    Set {
        /// The name that the connections use
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_themselves() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_workers_options_are_shown_where_they_are_used() {
        let help = |names: &str| {
            let mut command = command();
            let found = names
                .split(' ')
                .fold(&mut command, |command, name| command.find_subcommand_mut(name).unwrap());
            found.render_long_help().to_string()
        };
        for names in ["check", "preview", "suggest", "rule", "rule test", "events", "token"] {
            let help = help(names);
            let shown = ["--url", "--account", "--mode"].iter().any(|option| help.contains(option));
            assert!(!shown && help.contains("--lang"), "{names}: {help}");
        }
        for names in ["push", "status", "backfill", "secret set"] {
            assert!(help(names).contains("--url"), "{names}");
        }
        let line = ["daicho", "check", "m.json", "--mode", "live", "--lang", "en"];
        assert!(command().try_get_matches_from(line).is_ok());
    }

    #[test]
    fn the_help_of_what_people_run_has_examples() {
        let names = "check preview suggest backfill dry-run reconcile dead-letters deletions";
        for name in names.split(' ') {
            let mut command = command();
            let help = command.find_subcommand_mut(name).unwrap().render_long_help().to_string();
            let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{name}: {help}"));
            for line in examples.lines().map(str::trim).take_while(|line| line.starts_with("daicho ")) {
                // As a shell takes it: what goes to a file is no argument.
                let line = line.split(" > ").next().unwrap();
                let parsed = super::command().try_get_matches_from(line.split(' '));
                assert!(parsed.is_ok(), "{line}: {parsed:?}");
            }
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_with_what_to_write() {
        let told = |url: &str, lang: &str| {
            let line = ["daicho", "--url", url, "--account", "acct_1", "status", "--lang", lang];
            let tenant = Arguments::try_parse_from(line).unwrap().common.tenant();
            tenant.err().map(|error| error.downcast_ref::<Unusable>().unwrap().text().clone())
        };
        for url in [
            "foo",
            "daicho.example.workers.dev",
            "ftp://w.test",
            "https://",
            "http:///x",
            "https://w.test?a=b",
        ] {
            let text = told(url, "ja").unwrap_or_else(|| panic!("{url}"));
            assert!(text.ja.contains("https://daicho.example.workers.dev"), "{}", text.ja);
            assert!(text.en.contains(url), "{}", text.en);
        }
        for url in ["http://127.0.0.1:8787", "https://w.test/", " https://w.test "] {
            assert_eq!(told(url, "en"), None, "{url}");
        }
    }

    #[test]
    fn a_push_needs_a_document() {
        assert!(Arguments::try_parse_from(["daicho", "push"]).is_err());
        assert!(Arguments::try_parse_from(["daicho", "push", "--mapping", "m.json"]).is_ok());
    }

    #[test]
    fn a_job_is_begun_looked_at_or_cancelled() {
        for line in [
            &["backfill"][..],
            &["backfill", "--json", "--no-wait"],
            &["backfill", "status", "--json"],
            &["backfill", "cancel"],
            &["dry-run", "--mapping", "m.json", "--values"],
            &["dry-run", "status"],
            &["reconcile", "--report-only", "--json"],
            &["reconcile", "cancel"],
        ] {
            assert!(Arguments::try_parse_from(["daicho"].iter().chain(line)).is_ok(), "{line:?}");
        }
        assert!(Arguments::try_parse_from(["daicho", "backfill", "stop"]).is_err());
    }

    #[test]
    fn deletions_are_listed_or_answered() {
        for line in [&["deletions"][..], &["deletions", "--json"], &["deletions", "drop", "customers"]] {
            assert!(Arguments::try_parse_from(["daicho"].iter().chain(line)).is_ok(), "{line:?}");
        }
        for line in [&["deletions", "approve"][..], &["deletions", "keep", "customers"]] {
            assert!(Arguments::try_parse_from(["daicho"].iter().chain(line)).is_err(), "{line:?}");
        }
    }

    #[test]
    fn dead_letters_are_listed_sent_again_or_discarded() {
        for line in [
            "dead-letters",
            "dead-letters --json",
            "dead-letters list --target customers --values",
            "dead-letters --code CB_VA01",
            "dead-letters --discarded",
            "dead-letters replay 1 2",
            "dead-letters replay --target customers --code CB_VA01",
            "dead-letters replay --all",
            "dead-letters discard 1 --reason テスト",
            "resume customers",
        ] {
            let words = ["daicho"].into_iter().chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
        }
        for line in [
            "dead-letters replay",
            "dead-letters replay 1 --all",
            "dead-letters replay --all --code x",
            "dead-letters discard 1",
            "dead-letters discard --reason x",
            "dead-letters --values --discarded",
        ] {
            let words = ["daicho"].into_iter().chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_err(), "{line}");
        }
    }

    #[test]
    fn a_secret_is_never_an_argument() {
        assert!(Arguments::try_parse_from(["daicho", "secret", "set", "stripe_key"]).is_ok());
        assert!(Arguments::try_parse_from(["daicho", "secret", "set", "stripe_key", "rk_x"]).is_err());
        assert!(Arguments::try_parse_from(["daicho", "status", "--token", "x"]).is_err());
    }

    #[test]
    fn an_account_is_checked_before_anything_is_sent() {
        let parsed = Arguments::try_parse_from(["daicho", "--account", "cus_1", "status"]);
        assert!(parsed.unwrap_err().to_string().contains("acct_"));
    }

    #[test]
    fn what_is_missing_is_named_in_the_language_asked_for() {
        let parse = |lang| {
            let line = ["daicho", "--url", "http://w.test/", "status", "--lang", lang];
            Arguments::try_parse_from(line).unwrap().common.tenant().unwrap_err().to_string()
        };
        assert!(parse("ja").contains("Stripeアカウント"));
        assert!(parse("en").contains("the Stripe account"));
    }
}
