//! Work over all objects: begun, followed to its end, cancelled. It goes on in the Worker whatever happens
//! here: an interrupt (Ctrl-C) ends the following only.

mod follow;
mod shown;

use std::io::Write;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::api::Admin;
use crate::{Ended, Language};

/// What follows the help of each job.
pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 it came to its end (with --no-wait: it was begun), 1 it was cancelled, failed or refused.
Ctrl-C ends the following only; the work goes on in the Worker.";

/// Which job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    Backfill,
}

impl Job {
    /// Its name in commands and routes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Backfill => "backfill",
        }
    }

    /// What people call it.
    pub(crate) fn title(self, lang: Language) -> &'static str {
        match self {
            Self::Backfill => lang.pick("初回取り込み", "Backfill"),
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

/// Carries out what was asked of a job. `options` is sent along when it is begun: JSON, or nothing.
pub(crate) fn run(
    job: Job,
    admin: &Admin,
    what: Option<&What>,
    how: &How,
    options: &str,
    lang: Language,
    output: &mut impl Write,
) -> Result<Ended> {
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
    let report = follow::to_the_end(job, admin, begun, how.json, lang)?;
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
