//! Work over all objects: begun, followed to its end, cancelled. It goes on in the Worker whatever happens
//! here: an interrupt (Ctrl-C) ends the following only.

mod follow;
mod shown;

pub(crate) use shown::in_short;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::api::Admin;
use crate::{Ended, Language, input};

/// What follows the help of each job: examples, and how it ends.
macro_rules! help {
    ($($example:literal)*) => {
        concat!(
            "Examples:\n",
            $("  daicho ", $example, "\n",)*
            "\nExit codes: 0 it came to its end (with --no-wait: it was begun), 1 it was cancelled, failed or \
             refused.\nCtrl-C ends the following only; the work goes on in the Worker."
        )
    };
}

/// What follows the help of `daicho backfill`.
pub(crate) const BACKFILL_HELP: &str =
    help!["backfill" "backfill --no-wait" "backfill status" "backfill cancel"];
/// What follows the help of `daicho dry-run`.
pub(crate) const DRY_RUN_HELP: &str = help!["dry-run" "dry-run --mapping mapping.json --values"
    "dry-run --mapping mapping.json --json > report.json" "dry-run status"];
/// What follows the help of `daicho reconcile`.
pub(crate) const RECONCILE_HELP: &str =
    help!["reconcile" "reconcile --report-only" "reconcile --no-wait --json" "reconcile status"];

/// Which job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Backfill,
    DryRun,
    Reconcile,
}

impl Job {
    /// Its name in commands and routes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Backfill => "backfill",
            Self::DryRun => "dry-run",
            Self::Reconcile => "reconcile",
        }
    }

    /// What people call it.
    pub(crate) fn title(self, lang: Language) -> &'static str {
        match self {
            Self::Backfill => lang.pick("初回取り込み", "Backfill"),
            Self::DryRun => lang.pick("試算（書き込みなし）", "Dry run (nothing is written)"),
            Self::Reconcile => lang.pick("突き合わせ", "Comparison"),
        }
    }
}

/// How it is followed.
#[derive(Debug, Args)]
pub(crate) struct How {
    /// Print the last report as the Worker gives it, and no progress
    #[arg(long)]
    pub(crate) json: bool,
    /// Begin it and do not wait for its end
    #[arg(long)]
    pub(crate) no_wait: bool,
}

/// What is sent along when a job is begun, and how it is shown.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct With<'a> {
    /// JSON, or nothing.
    pub(crate) options: &'a str,
    /// Values of samples too.
    pub(crate) values: bool,
}

/// Which mapping is tried, and what is shown of it.
#[derive(Debug, Args)]
pub(crate) struct Try {
    /// A mapping to try in place of the stored one
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Show the values of the fields that would change
    #[arg(long)]
    pub(crate) values: bool,
}

impl Try {
    /// What is sent along.
    pub(crate) fn options(&self) -> Result<String> {
        let Some(file) = &self.mapping else { return Ok(String::new()) };
        let text = input::text(file)?;
        let mapping: &RawValue = serde_json::from_str(&text).map_err(|error| input::not_json(file, error))?;
        Ok(format!(r#"{{"mapping":{mapping}}}"#))
    }
}

/// What is asked of one that was begun.
#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Show how the last one stands
    Status {
        /// As the Worker gives it
        #[arg(long)]
        json: bool,
    },
    /// End it; what was handed to the writer is written yet
    Cancel,
}

/// Carries out what was asked of a job.
pub(crate) fn run(
    job: Job,
    admin: &Admin,
    what: Option<&What>,
    how: &How,
    with: With<'_>,
    lang: Language,
    output: &mut impl Write,
) -> Result<Ended> {
    let options = with.options;
    match what {
        Some(What::Status { json }) => return status(job, admin, *json, lang, output),
        Some(What::Cancel) => {
            output.write_all(shown::report(job, &admin.cancel_job(job.name())?, lang).as_bytes())?;
            return Ok(Ended::Well);
        }
        None => {}
    }
    let begun = match admin.begin_job(job.name(), options)? {
        Ok(report) => report,
        Err(refusal) if refusal.reason == "already_running" && options.is_empty() => {
            admin.job(job.name())?.unwrap_or_default()
        }
        Err(refusal) => {
            output.write_all(shown::refused(&refusal, lang).as_bytes())?;
            return Ok(Ended::Refused);
        }
    };
    if how.no_wait {
        say(job, &begun, how.json, lang, output)?;
        return Ok(Ended::Well);
    }
    let mut report = follow::to_the_end(job, admin, begun, how.json, lang)?;
    if with.values {
        report = admin.job(&format!("{}?values=1", job.name()))?.unwrap_or(report);
    }
    say(job, &report, how.json, lang, output)?;
    Ok(if report["state"] == "done" { Ended::Well } else { Ended::Refused })
}

fn status(job: Job, admin: &Admin, json: bool, lang: Language, output: &mut impl Write) -> Result<Ended> {
    let Some(report) = admin.job(job.name())? else {
        let title = job.title(lang);
        let said = match lang {
            Language::Ja => format!("{title}はまだ実行されていません。\n"),
            Language::En => format!("{title}: none was begun yet.\n"),
        };
        output.write_all(said.as_bytes())?;
        return Ok(Ended::Refused);
    };
    say(job, &report, json, lang, output)?;
    Ok(Ended::Well)
}

fn say(job: Job, report: &Value, json: bool, lang: Language, output: &mut impl Write) -> Result<()> {
    let said = if json { format!("{report:#}\n") } else { shown::report(job, report, lang) };
    Ok(output.write_all(said.as_bytes())?)
}
