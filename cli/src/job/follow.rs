//! Following a job to its end: a line that changes on a terminal, a line for each change elsewhere.

use std::io::{IsTerminal, Write};
use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::{Job, shown};
use crate::Language;
use crate::api::Admin;

/// How often the Worker is asked. Each asking reads a few rows.
const EVERY: Duration = Duration::from_millis(1_000);
/// How often in a row it may not answer before the following is given up.
const SILENCES: u32 = 30;

/// Asks until the job runs no more. Answers its last report. Progress goes to standard error.
pub(super) fn to_the_end(
    job: Job,
    admin: &Admin,
    mut report: Value,
    json: bool,
    lang: Language,
) -> Result<Value> {
    let mut progress = Progress::new(job, json, lang);
    let mut silences = 0;
    progress.begin();
    while report["state"] == "running" {
        progress.show(&report);
        sleep(EVERY);
        match admin.job(job.name()) {
            Ok(Some(next)) => (report, silences) = (next, 0),
            Ok(None) => break,
            Err(error) if silences >= SILENCES => return Err(error),
            Err(_) => silences += 1,
        }
    }
    progress.end();
    Ok(report)
}

/// Where progress is shown.
enum Place {
    Terminal(ProgressBar),
    Lines(String),
    Nowhere,
}

struct Progress {
    job: Job,
    lang: Language,
    place: Place,
}

impl Progress {
    fn new(job: Job, json: bool, lang: Language) -> Self {
        let place = match (json, std::io::stderr().is_terminal()) {
            (true, _) => Place::Nowhere,
            (false, true) => Place::Terminal(bar()),
            (false, false) => Place::Lines(String::new()),
        };
        Self { job, lang, place }
    }

    fn begin(&self) {
        let (title, name) = (self.job.title(self.lang), self.job.name());
        let said = match self.lang {
            Language::Ja => format!(
                "{title}を始めました。Ctrl-Cで表示だけを終えられます（処理は続きます）。進み具合は「daicho {name} status」、中止は「daicho {name} cancel」。"
            ),
            Language::En => format!(
                "{title} runs. Ctrl-C ends this display only; `daicho {name} status` shows it again, `daicho {name} cancel` ends the work."
            ),
        };
        self.line(&said);
    }

    fn show(&mut self, report: &Value) {
        let line = shown::line(self.job, report, self.lang);
        match &mut self.place {
            Place::Terminal(bar) => {
                if let Some((done, of)) = shown::share(report) {
                    bar.set_style(style(WITH_BAR));
                    bar.set_length(of);
                    bar.set_position(done);
                }
                bar.set_message(line);
            }
            Place::Lines(last) if *last != line => {
                // Nowhere else to complain if standard error is gone.
                drop(writeln!(std::io::stderr(), "{line}"));
                *last = line;
            }
            Place::Lines(_) | Place::Nowhere => {}
        }
    }

    fn line(&self, said: &str) {
        match &self.place {
            Place::Terminal(bar) => bar.println(said),
            Place::Lines(_) => drop(writeln!(std::io::stderr(), "{said}")),
            Place::Nowhere => {}
        }
    }

    fn end(&self) {
        if let Place::Terminal(bar) = &self.place {
            bar.finish_and_clear();
        }
    }
}

/// While it cannot be told how much there is.
const PLAIN: &str = "{spinner} {wide_msg}";
const WITH_BAR: &str = "{spinner} {bar:24} {percent:>3}% {wide_msg}";

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    bar.set_style(style(PLAIN));
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
