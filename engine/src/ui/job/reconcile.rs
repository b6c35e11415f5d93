//! The comparison, as the views show it.

use daicho_core::validation::Text;

use super::{EXAMPLES, counted, state, text, unchecked};
use crate::job::State;
use crate::job::reconcile::{Compared, Reconcile};
use crate::ui::contract::{Counts, Example, Job, JobName};

/// Repaired by itself.
const REPAIRED: [&str; 7] = ["missing", "stale", "deleted", "left_over", "unlinked", "refused", "not_read"];
/// For a person to look at.
const TOLD: [&str; 4] = ["not_listed", "unproved", "twin", "unknown_key"];

pub(super) fn job(run: &Reconcile) -> Job {
    let sides = || run.stripe.values().chain(run.targets.values());
    let of = |classes: &[&str]| -> u64 {
        sides().map(|side| classes.iter().filter_map(|class| side.counts.get(*class)).sum::<u64>()).sum()
    };
    Job {
        job: JobName::Reconcile,
        state: state(run.state),
        text: match run.state {
            State::Done => {
                let problems = run.targets.iter().map(|(name, target)| (name, target.problem.as_ref()));
                ended(of(&REPAIRED), of(&TOLD), run.report_only, unchecked(problems))
            }
            _ => text(run.state, run.problem.as_ref(), run.last_error.is_some(), || match run.phase {
                "read" => counted(run.stripe.iter().map(compared)),
                _ => Text {
                    ja: "kintoneのレコードと突き合わせています。".to_owned(),
                    en: "Comparing with kintone's records.".to_owned(),
                },
            }),
        },
        counts: Counts {
            seen: of(&["compared", "records"]),
            created: of(&["missing"]),
            updated: of(&["stale", "unlinked"]),
            deleted: Some(of(&["deleted", "left_over"])),
            unchanged: of(&["unchanged"]),
            left_out: of(&["left_out", "left_alone"]),
            failed: of(&["failed", "refused"]),
        },
        resumable: false,
        progress: None,
        begun: run.begun,
        ended: (run.state != State::Running).then_some(run.updated),
        examples: run.targets.iter().flat_map(examples).take(EXAMPLES).collect(),
    }
}

fn compared<'r>((kind, side): (&'r String, &'r Compared)) -> (&'r str, u64) {
    (kind, side.counts.get("compared").copied().unwrap_or_default())
}

fn ended(repaired: u64, told: u64, report_only: bool, unchecked: Option<Text>) -> Text {
    let (mut ja, mut en) = match (repaired, report_only) {
        (0, _) => ("差異はありませんでした。".to_owned(), "Nothing differed.".to_owned()),
        (_, true) => (
            format!("差異が{repaired}件ありました。書き込みはしていません。"),
            format!("{repaired} differed. Nothing was written."),
        ),
        (_, false) => (
            format!("差異が{repaired}件ありました。マッピングの設定に従って直しています。"),
            format!("{repaired} differed, and are mended as the mapping says."),
        ),
    };
    if told > 0 {
        ja.push_str(&format!("ほかに、確認が必要なものが{told}件あります。"));
        en.push_str(&format!(" {told} more are for you to look at."));
    }
    if let Some(unchecked) = unchecked {
        ja.push_str(&unchecked.ja);
        en.push_str(&format!(" {}", unchecked.en));
    }
    Text { ja, en }
}

/// What is for a person to look at first.
fn examples((name, target): (&String, &Compared)) -> Vec<Example> {
    let order = ["twin", "unknown_key", "refused", "stale", "missing", "left_over", "unlinked"];
    let samples = order.into_iter().filter_map(|what| Some((what, target.samples.get(what)?)));
    let examples =
        samples.flat_map(|(what, samples)| {
            samples.iter().map(move |sample| Example {
                what: what.to_owned(),
                target: name.clone(),
                object: sample.object_id.clone().unwrap_or_default(),
                text: sample.record_id.as_ref().map(|record| Text {
                    ja: format!("レコード番号 {record}"),
                    en: format!("Record {record}"),
                }),
            })
        });
    examples.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended_and_what_is_for_a_person_is_told_apart() {
        assert_eq!(ended(0, 0, false, None).ja, "差異はありませんでした。");
        assert_eq!(ended(2, 0, true, None).ja, "差異が2件ありました。書き込みはしていません。");
        assert_eq!(
            ended(2, 1, false, None).en,
            "2 differed, and are mended as the mapping says. 1 more are for you to look at."
        );
    }
}
