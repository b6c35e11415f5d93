//! A job's report for people.

use serde_json::Value;

use super::Job;
use crate::Language;
use crate::api::Refusal;
use crate::moment::at;

/// In one line, while it runs.
pub(super) fn line(_job: Job, report: &Value, lang: Language) -> String {
    let mut said = Vec::new();
    if report["phase"] == "read" {
        said.push(lang.pick("Stripeから読み込み中", "reading from Stripe").to_owned());
        said.extend(read(report, lang));
        said.extend(entries(&report["stripe"]).map(|(kind, compared)| {
            format!("{} {}", kind_name(kind, lang), number(&compared["counts"], "compared"))
        }));
    } else {
        for (name, target) in entries(&report["targets"]) {
            let of = target["of"].as_u64().map_or(String::new(), |of| format!("/{of}"));
            // A comparison has its counts together.
            let objects = number(target, "objects").max(number(&target["counts"], "records"));
            said.push(format!("{name} {objects}{of}"));
            if let Some(waits) = text(&target["waits"]["text"], lang) {
                said.push(waits);
            }
        }
        if let Some(seconds) = report["rest"]["seconds"].as_u64() {
            said.push(format!("{} {}", lang.pick("残り約", "about"), duration(seconds, lang)));
        }
    }
    if let Some(error) = report["last_error"].as_str() {
        said.push(format!("({error})"));
    }
    said.join("  ")
}

/// How much of how much is done, as far as it can be told.
pub(super) fn share(report: &Value) -> Option<(u64, u64)> {
    let targets: Vec<&Value> = entries(&report["targets"]).map(|(_, target)| target).collect();
    let sum = |name: &str| targets.iter().map(|target| number(target, name)).sum::<u64>();
    let of = sum("of");
    (of > 0).then(|| (sum("objects").saturating_sub(sum("under_way")), of))
}

/// Whole.
pub(super) fn report(job: Job, report: &Value, lang: Language) -> String {
    let mut said = format!("{}: {}\n", job.title(lang), state(report, lang));
    if let Some(problem) = text(&report["problem"]["text"], lang) {
        said.push_str(&format!("  {problem}\n"));
    }
    if report["resumable"] == true {
        said.push_str(lang.pick(
            "  1日以内に同じ設定でもう一度始めると、続きから取り込みます。\n",
            "  Begun again within a day, with the same documents, it goes on where it stands.\n",
        ));
    }
    if let Some(error) = report["last_error"].as_str() {
        said.push_str(&format!(
            "  {} ({error})\n",
            lang.pick("待って再試行します", "tried again in a while")
        ));
    }
    if report["report_only"] == true {
        said.push_str(lang.pick("  書き込みはしていません。\n", "  Nothing was mended.\n"));
    }
    let read = read(report, lang);
    if !read.is_empty() {
        said.push_str(&format!("  Stripe: {}\n", read.join(", ")));
    }
    for (name, target) in entries(&report["stripe"]).chain(entries(&report["targets"])) {
        // A dry run and a comparison have their counts together.
        let of = if target["counts"].is_object() { &target["counts"] } else { target };
        said.push_str(&format!("  {name}: {}\n", counts(of, lang)));
        if job == Job::Reconcile && number(target, "under_way") > 0 {
            let waits = lang.pick("書き込み待ち", "waiting to be written");
            said.push_str(&format!("    {waits} {}\n", number(target, "under_way")));
        }
        if let Some(problem) = text(&target["problem"]["text"], lang) {
            said.push_str(&format!("    {problem}\n"));
        }
        for (code, refusal) in entries(&target["refused"]) {
            let why = text(&refusal["text"], lang).unwrap_or_default();
            said.push_str(&format!("    {code} {}: {why}\n", number(refusal, "count")));
        }
        for (class, samples) in entries(&target["samples"]) {
            for sample in samples.as_array().into_iter().flatten() {
                said.push_str(&format!("    {class} {}\n", self::sample(sample)));
            }
        }
        if let Some(waits) = text(&target["waits"]["text"], lang) {
            said.push_str(&format!("    {waits}\n"));
        }
    }
    said
}

fn state(report: &Value, lang: Language) -> &str {
    match report["state"].as_str() {
        Some("running") => lang.pick("実行中", "running"),
        Some("done") => lang.pick("完了", "done"),
        Some("cancelled") => lang.pick("中止", "cancelled"),
        Some("failed") => lang.pick("失敗", "failed"),
        other => other.unwrap_or("-"),
    }
}

/// Of what was read, by kind.
fn read(report: &Value, lang: Language) -> Vec<String> {
    let of = |(kind, seen): (&String, &Value)| {
        let kind = kind_name(kind, lang);
        let mut said = format!("{kind} {}", number(seen, "objects"));
        if number(seen, "unstorable") > 0 {
            let what = lang.pick("保存できないもの", "too large to store");
            said.push_str(&format!(" ({what} {})", number(seen, "unstorable")));
        }
        said
    };
    entries(&report["read"]).map(of).collect()
}

fn kind_name(kind: &str, lang: Language) -> &str {
    match kind {
        "customer" => lang.pick("顧客", "customers"),
        "subscription" => lang.pick("サブスクリプション", "subscriptions"),
        "invoice" => lang.pick("請求書", "invoices"),
        other => other,
    }
}

/// The counts of a target that are not zero.
fn counts(target: &Value, lang: Language) -> String {
    let names = [
        ("created", lang.pick("追加", "created")),
        ("updated", lang.pick("更新", "updated")),
        ("unchanged", lang.pick("変更なし", "unchanged")),
        ("deleted", lang.pick("削除", "deleted")),
        ("left_alone", lang.pick("そのまま", "left alone")),
        ("left_out", lang.pick("対象外", "left out")),
        ("without_key", lang.pick("キーなし", "without a key")),
        ("refused", lang.pick("書き込めない", "refused")),
        ("not_read", lang.pick("未確認", "not read")),
        ("failed", lang.pick("要対応", "need attention")),
        ("under_way", lang.pick("書き込み待ち", "waiting to be written")),
        ("compared", lang.pick("確認", "compared")),
        ("records", lang.pick("レコード", "records")),
        ("missing", lang.pick("不足", "missing")),
        ("stale", lang.pick("内容の違い", "stale")),
        ("left_over", lang.pick("Stripeで削除済み", "left over")),
        ("unlinked", lang.pick("ひも付けなし", "not linked")),
        ("twin", lang.pick("キー重複", "key twice")),
        ("unknown_key", lang.pick("Stripeにないキー", "key unknown")),
        ("no_key", lang.pick("キーが空", "key empty")),
        ("unproved", lang.pick("確認できず", "not proved")),
        ("not_listed", lang.pick("一覧になし", "not listed")),
        ("not_taken_in", lang.pick("初回取り込み前", "before any backfill")),
        ("not_written", lang.pick("初回取り込み前", "before any backfill")),
        ("discarded", lang.pick("取り下げ済み", "discarded")),
        ("stays_deleted", lang.pick("削除されたまま", "left deleted")),
        ("too_large", lang.pick("保存できないもの", "too large to store")),
    ];
    let of = names.iter().filter(|(name, _)| number(target, name) > 0);
    let said: Vec<String> = of.map(|(name, said)| format!("{said} {}", number(target, name))).collect();
    if said.is_empty() { "0".to_owned() } else { said.join(", ") }
}

/// An object and the fields that would change, with their values where they were asked for.
fn sample(sample: &Value) -> String {
    let mut said = sample["object_id"].as_str().unwrap_or_default().to_owned();
    if let Some(record) = sample["record_id"].as_str() {
        said.push_str(&format!(" #{record}"));
    }
    for field in sample["fields"].as_array().into_iter().flatten() {
        said.push_str(&format!(" {}", field["field"].as_str().or(field.as_str()).unwrap_or("-")));
        if !field["new"].is_null() {
            said.push_str(&format!(": {} → {}", field["old"], field["new"]));
        }
    }
    if let Some(code) = sample["issue"]["code"].as_str() {
        said.push_str(&format!(" ({code} {})", sample["issue"]["field"].as_str().unwrap_or_default()));
    }
    said
}

/// How a comparison stood last, in one line of the status.
pub(crate) fn in_short(summary: &Value, lang: Language) -> String {
    let mut said = format!("{} {}", at(&summary["updated"], lang), state(summary, lang));
    let found = counts(&summary["found"], lang);
    if found != "0" {
        said.push_str(&format!(" ({found})"));
    } else if summary["state"] == "done" {
        said.push_str(lang.pick("、差異なし", ", nothing differed"));
    }
    said
}

/// Why it was not begun.
pub(super) fn refused(refusal: &Refusal, lang: Language) -> String {
    let mut said = format!("{refusal}\n");
    for issue in refusal.error["issues"].as_array().into_iter().flatten() {
        let code = issue["code"].as_str().unwrap_or("-");
        said.push_str(&format!("  {code}: {}\n", text(&issue["text"], lang).unwrap_or_default()));
    }
    said
}

fn duration(seconds: u64, lang: Language) -> String {
    match (seconds / 60, lang) {
        (0, Language::Ja) => format!("{seconds}秒"),
        (minutes, Language::Ja) => format!("{minutes}分"),
        (0, Language::En) => format!("{seconds} s left"),
        (minutes, Language::En) => format!("{minutes} min left"),
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_default()
}

fn text(value: &Value, lang: Language) -> Option<String> {
    value[lang.pick("ja", "en")].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn backfill() -> Value {
        json!({"state": "running", "phase": "write", "problem": null, "last_error": null,
            "read": {"customer": {"pages": 13, "objects": 1234, "unstorable": 0}},
            "targets": {"customers": {"objects": 600, "of": 1234, "created": 400, "updated": 0, "unchanged": 0,
                "left_out": 0, "failed": 1, "under_way": 200,
                "waits": {"code": "records_found", "text": {"ja": "保留中です。", "en": "It is held."}}}},
            "rest": {"objects": 834, "requests": 9, "seconds": 130}})
    }

    #[test]
    fn a_report_says_what_became_of_the_records_and_what_is_waited_for() {
        let said = report(Job::Backfill, &backfill(), Language::Ja);
        assert_eq!(
            said,
            "初回取り込み: 実行中\n  Stripe: 顧客 1234\n  customers: 追加 400, 要対応 1, 書き込み待ち 200\n    保留中です。\n"
        );
        let line = line(Job::Backfill, &backfill(), Language::En);
        assert_eq!(line, "customers 600/1234  It is held.  about 2 min left");
        assert_eq!(share(&backfill()), Some((400, 1234)));
    }

    #[test]
    fn what_is_read_is_counted_while_it_is_read_and_no_share_is_made_up() {
        let reading = json!({"state": "running", "phase": "read", "targets": {},
            "read": {"customer": {"objects": 1200}, "invoice": {"objects": 7}}});
        let said = line(Job::Backfill, &reading, Language::Ja);
        assert_eq!(said, "Stripeから読み込み中  顧客 1200  請求書 7");
        assert_eq!(share(&reading), None);
    }

    #[test]
    fn a_comparison_tells_both_sides_and_no_value() {
        let comparison = json!({"state": "done", "report_only": true, "problem": null, "last_error": null,
            "stripe": {"customer": {"counts": {"compared": 9, "missing": 1}, "under_way": 0,
                "samples": {"missing": [{"object_id": "cus_1", "record_id": null, "fields": []}]}}},
            "targets": {"customers": {"counts": {"records": 8, "unchanged": 7, "stale": 1}, "under_way": 0,
                "samples": {"stale": [{"object_id": "cus_2", "record_id": "5", "fields": ["氏名"]}]}}}});
        let said = report(Job::Reconcile, &comparison, Language::Ja);
        assert_eq!(
            said,
            "突き合わせ: 完了\n  書き込みはしていません。\n  customer: 確認 9, 不足 1\n    missing cus_1\n  customers: 変更なし 7, レコード 8, 内容の違い 1\n    stale cus_2 #5 氏名\n"
        );
    }

    #[test]
    fn nothing_is_made_up_of_what_is_not_known() {
        assert_eq!(share(&json!({})), None);
        let failed = json!({"state": "failed", "problem": {"code": "x", "text": {"ja": "別のキーです。", "en": "Other."}}});
        assert_eq!(report(Job::Backfill, &failed, Language::Ja), "初回取り込み: 失敗\n  別のキーです。\n");
    }
}
