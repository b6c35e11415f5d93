//! `daicho gap-check`: Stripe's own list of events against what came.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::Language;
use crate::api::Admin;
use crate::moment::at;
use crate::status::{both, text};

/// Between two looks at a check under way.
const LOOK: Duration = Duration::from_millis(500);

/// Begins a check where asked to, and follows it to its end or to the first error. Answers how it stands.
///
/// # Errors
/// If there is no answer or it is refused.
pub(crate) fn run(admin: &Admin, begin: bool, lang: Language) -> Result<Value> {
    if !begin {
        return admin.gap_check();
    }
    let bar = indicatif::ProgressBar::new_spinner();
    bar.enable_steady_tick(LOOK / 4);
    let mut report = admin.begin_gap_check()?;
    while report["under_way"] == true && report["last_error"].is_null() {
        bar.set_message(format!("{} {}", text(&report["compared"]), lang.pick("件を確認", "compared")));
        std::thread::sleep(LOOK);
        report = admin.gap_check()?;
    }
    bar.finish_and_clear();
    Ok(report)
}

/// The report in a few lines.
pub(crate) fn shown(report: &Value, lang: Language) -> String {
    let pick = |ja, en| lang.pick(ja, en);
    let mut said = String::new();
    let mut line = |name: &str, value: String| said.push_str(&format!("{name}: {value}\n"));
    if report["under_way"] == true {
        line(pick("状態", "state"), pick("確認中", "under way").to_owned());
    }
    line(pick("前回の確認", "last check"), at(&report["completed"], lang));
    line(pick("次回の確認", "next check"), at(&report["next"], lang));
    line(pick("確認したイベント", "events compared"), text(&report["compared"]));
    line(pick("届いていなかったイベント", "had not come"), text(&report["missing"]));
    line(pick("これまでに見つかったイベント", "found so far"), text(&report["found"]));
    if let Some(error) = report["last_error"].as_str() {
        line(pick("エラー", "error"), error.to_owned());
    }
    if let Some(advice) = both(&report["text"], lang) {
        line(pick("お知らせ", "notice"), advice);
    }
    said
}

/// The same in one line of the status.
pub(crate) fn in_short(report: &Value, lang: Language) -> String {
    let found = format!("{} {}", text(&report["found"]), lang.pick("件を取り込み", "found"));
    let mut said = format!("{} ({found})", at(&report["completed"], lang));
    if let Some(error) = report["last_error"].as_str() {
        said.push_str(&format!(" {error}"));
    }
    if let Some(advice) = both(&report["text"], lang) {
        said.push_str(&format!("\n    {advice}"));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_found_and_what_is_to_be_done_is_said() {
        let report = json!({"under_way": false, "completed": 1_795_305_600_000_i64, "next": null, "compared": 9,
            "missing": 9, "found": 12, "webhooks_arrive": false, "last_error": null,
            "text": {"ja": "Webhookが届いていません。", "en": "Webhooks do not arrive."}});
        let said = shown(&report, Language::Ja);
        assert!(said.contains("2026/11/22 09:00（日本時間）") && said.contains("届いていません"), "{said}");
        assert!(in_short(&report, Language::En).contains("12 found"));
    }
}
