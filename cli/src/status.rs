//! `daicho status` for people.

use serde_json::Value;

use crate::{Language, gap_check, job, sealing};

/// The tenant's status in a few lines.
pub(crate) fn shown(status: &Value, lang: Language) -> String {
    let mut said = String::new();
    let pick = |ja, en| lang.pick(ja, en);
    let mut line = |name: &str, value: String| said.push_str(&format!("{name}: {value}\n"));
    line(pick("対象", "tenant"), text(&status["tenant"]));
    if let Some(notice) = both(&status["notice"], lang) {
        line(pick("お知らせ", "notice"), notice);
    }
    let inbox = &status["inbox"];
    line(
        pick("未処理のイベント", "events waiting"),
        format!(
            "{} ({} {}, {} {})",
            text(&inbox["waiting"]),
            pick("使わないイベント", "ignored"),
            text(&inbox["ignored"]),
            pick("要対応", "given up"),
            text(&inbox["dead"])
        ),
    );
    line(pick("Stripeへの再確認待ち", "to be read from Stripe"), with_error(&status["reads"], "waiting"));
    line(pick("書き込み待ち", "to be written"), text(&status["dirty"]));
    line(pick("書き込み済み", "written"), text(&status["written"]));
    line(pick("要対応", "needs attention"), text(&status["failed"]));
    line(pick("最後のイベント", "last event"), text(&status["last_event"]["type"]));
    line(pick("エンドポイントのAPIバージョン", "endpoint's API version"), pinned(status, lang));
    if let Some(report) = status.get("gap_check").filter(|report| report.is_object()) {
        line(pick("イベントの取りこぼし確認", "gap check"), gap_check::in_short(report, lang));
    }
    if let Some(summary) = status["jobs"].get("reconcile") {
        line(pick("突き合わせ", "comparison"), job::in_short(summary, lang));
    }
    line(pick("暗号化キー", "sealing keys"), sealing::in_short(&status["sealing"], lang));
    for (name, target) in status["targets"].as_object().into_iter().flatten() {
        line(&format!("  {name}"), of_target(target, lang));
    }
    for (app, requests) in status["requests_today"].as_object().into_iter().flatten() {
        line(&format!("  {app}"), of_app(requests, &status["requests"][app.as_str()], lang));
    }
    for (domain, troubled) in status["domains"].as_object().into_iter().flatten() {
        line(&format!("  {domain}"), both(&troubled["text"], lang).unwrap_or_default());
    }
    said
}

/// An app's requests of today, and how many may be.
fn of_app(today: &Value, requests: &Value, lang: Language) -> String {
    let mut said = match &requests["share"] {
        Value::Null => today.to_string(),
        share => format!("{today}/{share}"),
    };
    said.push_str(lang.pick(" リクエスト（本日）", " requests today"));
    if let Some(advice) = both(&requests["text"], lang) {
        said.push_str(&format!("\n    {advice}"));
    }
    said
}

fn of_target(target: &Value, lang: Language) -> String {
    let state = match target["state"].as_str() {
        Some("unchecked") => lang.pick("確認待ち", "not checked yet"),
        Some("held") => lang.pick("保留中", "held"),
        Some("active") => lang.pick("稼働中", "active"),
        Some("paused") => lang.pick("一時停止中", "paused"),
        other => other.unwrap_or("?"),
    };
    let mut said = format!(
        "{state}, {} {}, {} {}, {} {}",
        lang.pick("済み", "written"),
        text(&target["written"]),
        lang.pick("待ち", "waiting"),
        text(&target["dirty"]),
        lang.pick("要対応", "failed"),
        text(&target["failed"]),
    );
    if target["left_out"].as_i64().is_some_and(|left_out| left_out > 0) {
        said.push_str(&format!(", {} {}", lang.pick("対象外", "left out"), text(&target["left_out"])));
    }
    if let Some(error) = target["last_error"].as_str() {
        said.push_str(&format!(" ({error})"));
    }
    if let Some(advice) = both(&target["text"], lang) {
        said.push_str(&format!("\n    {advice}"));
    }
    said
}

fn pinned(status: &Value, lang: Language) -> String {
    match status["endpoint_pinned"].as_bool() {
        Some(true) => lang.pick("固定どおり", "as pinned").to_owned(),
        Some(false) => format!(
            "{} {}",
            text(&status["last_event"]["api_version"]),
            lang.pick(
                "— 固定したバージョンと異なるため、毎回Stripeを読み直します。エンドポイントを作り直してください。",
                "— not the pinned one, so that every object is read again: create the endpoint anew.",
            )
        ),
        None => "-".to_owned(),
    }
}

fn with_error(of: &Value, count: &str) -> String {
    match of["last_error"].as_str() {
        Some(error) => format!("{} ({error})", text(&of[count])),
        None => text(&of[count]),
    }
}

pub(crate) fn both(value: &Value, lang: Language) -> Option<String> {
    value[lang.pick("ja", "en")].as_str().map(str::to_owned)
}

pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn requests_stand_against_their_share_with_what_follows_from_it() {
        let spread =
            json!({"today": 3_000, "share": 5_000, "text": {"ja": "間隔をあけて", "en": "are spread"}});
        let down = json!({"e.cybozu.com": {"text": {"ja": "応答がない", "en": "does not answer"}}});
        let status = json!({
            "requests_today": {"e.cybozu.com/-/1": 3_000}, "requests": {"e.cybozu.com/-/1": spread},
            "domains": down,
        });
        let said = shown(&status, Language::En);
        assert!(said.contains("e.cybozu.com/-/1: 3000/5000 requests today\n    are spread"), "{said}");
        assert!(shown(&status, Language::Ja).contains("e.cybozu.com: 応答がない"));
    }

    #[test]
    fn a_held_target_says_what_to_do() {
        let status = json!({
            "tenant": "acct_1:test", "notice": null, "inbox": {"waiting": 0, "ignored": 2, "dead": 0},
            "reads": {"waiting": 1, "last_error": "rate_limit"}, "dirty": 3, "written": 5, "failed": 0,
            "last_event": null, "endpoint_pinned": null, "requests_today": {"e.cybozu.com/-/1": 4},
            "targets": {"customers": {"state": "held", "written": 0, "dirty": 3, "failed": 0,
                "last_error": null, "text": {"ja": "アプリ名を入力して確認してください。", "en": "Confirm."}}},
        });
        let said = shown(&status, Language::Ja);
        assert!(said.contains("customers: 保留中") && said.contains("アプリ名を入力"), "{said}");
        assert!(shown(&status, Language::En).contains("to be read from Stripe: 1 (rate_limit)"));
    }
}
