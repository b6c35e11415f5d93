//! Work over all objects, as the views show it.

mod reconcile;

use std::collections::BTreeMap;

use daicho_core::validation::Text;
use serde_json::Value;

use super::Refusal;
use super::contract::{Counts, Example, Job, JobName, JobRequest, JobState, StartJob};
use super::home::count;
use super::way;
use crate::job::backfill::Backfill;
use crate::job::dry_run::{DryRun, Target};
use crate::job::{JobError, Problem, Seen, State};
use crate::names;
use crate::port::World;
use crate::tenant::Tenant;

/// Examples that are shown of a dry run.
const EXAMPLES: usize = 20;

impl<W: World> Tenant<W> {
    /// Every job that was begun once.
    pub(super) fn ui_jobs(&self) -> Result<Vec<Job>, Refusal> {
        let mut jobs = Vec::new();
        for job in [JobName::Backfill, JobName::DryRun, JobName::Reconcile] {
            jobs.extend(self.ui_job(&JobRequest { job })?);
        }
        Ok(jobs)
    }

    pub(super) fn ui_job(&self, asked: &JobRequest) -> Result<Option<Job>, Refusal> {
        Ok(match asked.job {
            JobName::Backfill => self.backfill()?.as_ref().map(of_backfill),
            JobName::DryRun => self.dry_run(false)?.as_ref().map(of_dry_run),
            JobName::Reconcile => self.reconcile()?.as_ref().map(reconcile::job),
        })
    }

    pub(super) fn ui_start_job(&self, asked: &StartJob) -> Result<Job, Refusal> {
        let mapping = asked.mapping.as_ref().map(Value::to_string);
        match asked.job {
            JobName::Backfill => self.begin_backfill()?,
            JobName::DryRun => self.begin_dry_run(mapping.as_deref().map(str::as_bytes))?,
            JobName::Reconcile => self.begin_reconcile(false)?,
        }
        self.ui_job(&JobRequest { job: asked.job })?.ok_or_else(Refusal::internal)
    }

    pub(super) fn ui_cancel_job(&self, asked: &JobRequest) -> Result<Job, Refusal> {
        match asked.job {
            JobName::Backfill => self.cancel_backfill()?,
            JobName::DryRun => self.cancel_dry_run()?,
            JobName::Reconcile => self.cancel_reconcile()?,
        }
        self.ui_job(asked)?.ok_or_else(Refusal::internal)
    }
}

fn of_backfill(backfill: &Backfill) -> Job {
    let of = |counted: fn(&crate::job::backfill::Writing) -> i64| -> u64 {
        backfill.targets.values().map(|target| count(counted(target))).sum()
    };
    let (done, all) = backfill
        .targets
        .values()
        .fold((0, 0), |(done, all), target| (done + target.objects, all + target.of));
    let waits = backfill.targets.values().find_map(|target| target.waits.as_ref());
    let waits = waits.map(|waits| way::of_code(&waits.code, &waits.text));
    let seen = backfill.read.values().map(|seen| seen.objects).sum();
    Job {
        job: JobName::Backfill,
        state: state(backfill.state),
        text: text(backfill.state, backfill.problem.as_ref(), backfill.last_error.is_some(), || {
            waits.unwrap_or_else(|| match backfill.phase {
                "read" => reading(&backfill.read),
                _ => Text {
                    ja: "kintoneに書き込んでいます。".to_owned(),
                    en: "Writing to kintone.".to_owned(),
                },
            })
        }),
        counts: Counts {
            seen,
            created: of(|target| target.created),
            updated: of(|target| target.updated),
            deleted: None,
            unchanged: of(|target| target.unchanged),
            left_out: of(|target| target.left_out),
            failed: of(|target| target.failed),
        },
        resumable: backfill.resumable,
        progress: (backfill.phase == "write").then(|| part(done, all)),
        begun: backfill.begun,
        ended: (backfill.state != State::Running).then_some(backfill.updated),
        examples: Vec::new(),
    }
}

fn of_dry_run(run: &DryRun) -> Job {
    let of =
        |class: &str| -> u64 { run.targets.values().filter_map(|target| target.counts.get(class)).sum() };
    let seen: u64 = run.read.values().map(|seen| seen.objects).sum();
    let (done, all) =
        run.targets.values().fold((0, 0), |(done, all), target| (done + target.objects, all + target.of));
    Job {
        job: JobName::DryRun,
        state: state(run.state),
        text: match unchecked(run.targets.iter().map(|(name, target)| (name, target.problem.as_ref()))) {
            Some(unchecked) if run.state == State::Done => unchecked,
            _ => text(run.state, run.problem.as_ref(), run.last_error.is_some(), || match run.phase {
                "read" => reading(&run.read),
                _ => Text {
                    ja: "kintoneのレコードと比べています。書き込みはしません。".to_owned(),
                    en: "Comparing with kintone's records. Nothing is written.".to_owned(),
                },
            }),
        },
        counts: Counts {
            seen: seen.max(done),
            created: of("created"),
            updated: of("updated"),
            deleted: Some(of("deleted")),
            unchanged: of("unchanged") + of("left_alone"),
            left_out: of("left_out"),
            failed: of("refused") + of("without_key") + of("not_read"),
        },
        resumable: false,
        progress: (run.phase == "check").then(|| part(done, all)),
        begun: run.begun,
        ended: (run.state != State::Running).then_some(run.updated),
        examples: run.targets.iter().flat_map(examples).take(EXAMPLES).collect(),
    }
}

/// What would be refused first: those are what a person has to look at.
fn examples((name, target): (&String, &Target)) -> Vec<Example> {
    let order = ["refused", "without_key", "deleted", "updated", "created"];
    let samples = order.into_iter().filter_map(|what| Some((what, target.samples.get(what)?)));
    let examples = samples.flat_map(|(what, samples)| {
        samples.iter().map(move |sample| Example {
            what: what.to_owned(),
            target: name.clone(),
            object: sample.object_id.clone(),
            text: sample.issue.as_ref().map(|issue| issue.text.clone()),
        })
    });
    examples.collect()
}

fn state(state: State) -> JobState {
    match state {
        State::Running => JobState::Running,
        State::Done => JobState::Done,
        State::Cancelled => JobState::Cancelled,
        State::Failed => JobState::Failed,
    }
}

/// Which targets a run left out, and why the first of them.
fn unchecked<'t>(targets: impl Iterator<Item = (&'t String, Option<&'t Problem>)>) -> Option<Text> {
    let left: Vec<(&str, &Problem)> =
        targets.filter_map(|(name, problem)| Some((name.as_str(), problem?))).collect();
    let (_, problem) = left.first()?;
    let why = way::of_code(&problem.code, &problem.text);
    let (ja, en): (Vec<_>, Vec<_>) =
        left.iter().map(|(name, _)| names::target(name)).map(|Text { ja, en }| (ja, en)).unzip();
    Some(Text {
        ja: format!("{}は確認できませんでした。{}", ja.join("、"), why.ja),
        en: format!("Could not be checked: {}. {}", en.join(", "), why.en),
    })
}

fn text(state: State, problem: Option<&Problem>, retries: bool, now: impl FnOnce() -> Text) -> Text {
    let (ja, en) = match (state, problem) {
        (_, Some(problem)) => return way::of_code(&problem.code, &problem.text),
        (State::Running, None) if retries => (
            "応答を得られなかったため、自動で再試行します。",
            "There was no answer; it is tried again by itself.",
        ),
        (State::Running, None) => return now(),
        (State::Done, None) => ("完了しました。", "Finished."),
        (State::Cancelled, None) => ("中止しました。", "Cancelled."),
        (State::Failed, None) => {
            ("続けられませんでした。もう一度始めてください。", "It could not go on. Start again.")
        }
    };
    Text::of(ja, en)
}

/// How much of each kind was read so far. How much there is, Stripe's lists do not say.
fn reading(read: &BTreeMap<String, Seen>) -> Text {
    counted(read.iter().map(|(kind, seen)| (kind.as_str(), seen.objects)))
}

/// The same of counts by kind.
fn counted<'k>(read: impl Iterator<Item = (&'k str, u64)>) -> Text {
    let read = read.filter(|(_, objects)| *objects > 0).map(|(kind, objects)| {
        let (Text { ja, en }, objects) = (names::object(kind), grouped(objects));
        (format!("{ja} {objects}件"), format!("{objects} {en}s"))
    });
    let (ja, en): (Vec<_>, Vec<_>) = read.unzip();
    if ja.is_empty() {
        return Text::of("Stripeからデータを読み取っています。", "Reading from Stripe.");
    }
    Text {
        ja: format!("Stripeからデータを読み取っています（{}）。", ja.join("、")),
        en: format!("Reading from Stripe ({}).", en.join(", ")),
    }
}

/// A number with its groups of thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let ends_group = |left: usize| left > 0 && left.is_multiple_of(3);
    let places = digits.chars().enumerate();
    places.fold(String::new(), |mut text, (place, digit)| {
        text.push(digit);
        if ends_group(digits.len() - place - 1) {
            text.push(',');
        }
        text
    })
}

/// How much of it is done.
#[expect(clippy::cast_precision_loss, reason = "a bar's length, not a count")]
fn part(done: u64, all: u64) -> f64 {
    if all == 0 { 1.0 } else { (done as f64 / all as f64).min(1.0) }
}

impl From<JobError> for Refusal {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Running(_) => Self::new(
                409,
                "job_running",
                "すでに実行中です。終わるのを待つか、中止してください。",
                "It is running already. Wait for its end, or cancel it.",
            ),
            JobError::NotRunning(_) => Self::new(
                409,
                "job_not_running",
                "実行されていません。ページを再読み込みしてください。",
                "It is not running. Reload the page.",
            ),
            JobError::NotConfigured => Self::not_configured(),
            JobError::Config(error) => error.into(),
            JobError::Engine(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binding::Reason;

    fn dry_run_of(problem: Option<Problem>) -> Job {
        let target = Target {
            objects: 4,
            of: 4,
            complete: true,
            problem,
            counts: [("deleted".to_owned(), 3), ("updated".to_owned(), 1)].into(),
            refused: [].into(),
            samples: [].into(),
        };
        of_dry_run(&DryRun {
            state: State::Done,
            phase: "check",
            mapping: "stored",
            begun: 1,
            updated: 2,
            problem: None,
            last_error: None,
            retry_at: None,
            read: [].into(),
            targets: [("customers".to_owned(), target)].into(),
        })
    }

    #[test]
    fn a_record_that_would_be_deleted_is_counted_as_nothing_else() {
        let job = dry_run_of(None);
        assert_eq!((job.counts.deleted, job.counts.updated), (Some(3), 1));
        assert_eq!(job.text.ja, "完了しました。");
    }

    #[test]
    fn a_run_that_left_a_target_out_says_which_and_why_and_names_no_command() {
        let missing = Reason::SecretMissing;
        let job = dry_run_of(Some(Problem { code: missing.code().to_owned(), text: missing.text() }));
        assert_eq!(
            job.text.ja,
            "顧客は確認できませんでした。APIトークンが登録されていません。設定の［kintoneアプリの接続］で入力してください。"
        );
        assert!(!job.text.en.contains("daicho"), "{}", job.text.en);
    }

    #[test]
    fn what_is_read_is_counted_by_kind_while_nobody_knows_how_much_there_is() {
        let seen = |objects| Seen { objects, ..Seen::default() };
        let read = [("customer", 1_234_567), ("invoice", 300), ("subscription", 0)];
        let read = read.map(|(kind, objects)| (kind.to_owned(), seen(objects))).into();
        let Text { ja, en } = reading(&read);
        assert_eq!(ja, "Stripeからデータを読み取っています（顧客 1,234,567件、請求書 300件）。");
        assert_eq!(en, "Reading from Stripe (1,234,567 customers, 300 invoices).");
        assert_eq!(reading(&BTreeMap::new()).ja, "Stripeからデータを読み取っています。");
    }

    #[test]
    fn a_number_has_its_groups_of_thousands() {
        let said = [0, 999, 1_000, 12_345, 123_456].map(grouped);
        assert_eq!(said, ["0", "999", "1,000", "12,345", "123,456"]);
    }

    #[test]
    fn a_bar_is_never_longer_than_whole() {
        assert!((part(0, 0) - 1.0).abs() < f64::EPSILON);
        assert!((part(1, 2) - 0.5).abs() < f64::EPSILON);
        assert!((part(3, 2) - 1.0).abs() < f64::EPSILON);
    }
}
