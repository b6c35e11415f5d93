//! `daicho push`: documents sent, and what the Worker says of them.

use std::path::Path;

use anyhow::Result;
use daicho_core::validation::{Issue, Severity};
use serde_json::Value;

use crate::api::{Admin, Document, Refusal};
use crate::{Language, input};

/// What became of one document, in words, and whether it was taken.
pub(crate) struct Pushed {
    pub(crate) said: String,
    pub(crate) taken: bool,
}

/// Reads a file and puts it in the place of what is stored.
pub(crate) fn push(admin: &Admin, document: Document, file: &Path, lang: Language) -> Result<Pushed> {
    let body = input::text(file)?;
    let parsed: Value = serde_json::from_str(&body).map_err(|error| input::not_json(file, error))?;
    let stored = admin.document(document)?;
    if stored.as_ref().is_some_and(|stored| stored.body == parsed) {
        let said = lang.pick("変更はありません", "unchanged");
        return Ok(Pushed { said: format!("{}: {said}\n", document.name()), taken: true });
    }
    Ok(match admin.put(document, &body, stored.as_ref())? {
        Ok(answer) => {
            let mut said = format!("{}: {}\n", document.name(), lang.pick("保存しました", "stored"));
            said.push_str(&issues(&answer["issues"], lang));
            Pushed { said, taken: true }
        }
        Err(refusal) => Pushed { said: refused(document, file, &refusal, lang), taken: false },
    })
}

fn refused(document: Document, file: &Path, refusal: &Refusal, lang: Language) -> String {
    let mut said = format!(
        "{}: {}\n",
        document.name(),
        lang.pick(
            "受け付けられませんでした（保存済みのものはそのままです）",
            "refused; what was stored stays"
        )
    );
    let issues = issues(&refusal.error["issues"], lang);
    if refusal.error["path"].is_string() {
        said.push_str(&format!("  {}: {}\n", file.display(), refusal.message));
    } else if issues.is_empty() {
        said.push_str(&format!("  {}\n", refusal.message));
    }
    if refusal.reason == "precondition_failed" {
        let again = lang.pick(
            "  ほかの人が同時に変更しました。差分を確かめてから、もう一度実行してください。",
            "  Somebody else changed it meanwhile: look at the difference, then run this again.",
        );
        said.push_str(again);
        said.push('\n');
    }
    said + &issues
}

/// One line for each issue: where, what, what to do.
fn issues(issues: &Value, lang: Language) -> String {
    let mut said = String::new();
    for issue in issues.as_array().into_iter().flatten() {
        let Ok(issue) = serde_json::from_value::<Issue>(issue.clone()) else {
            // Of a newer Worker than this command knows.
            said.push_str(&format!("  ? {issue}\n"));
            continue;
        };
        let mark = match issue.severity {
            Severity::Error => lang.pick("誤り", "error"),
            Severity::Warning => lang.pick("注意", "warning"),
        };
        let place: Vec<_> = [issue.target.as_deref(), issue.field.as_deref()].into_iter().flatten().collect();
        let value = issue.value.as_deref().map(|value| format!(" [{value}]")).unwrap_or_default();
        said.push_str(&format!(
            "  {mark} {}{value}: {} ({})\n",
            place.join(" / "),
            lang.of(&issue.text),
            issue.code
        ));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refusal() -> Refusal {
        let issue = json!({
            "code": "unknown_field", "severity": "error", "refused_by": "silent",
            "target": "customers", "rule": 0, "field": "顧客各", "label": null, "value": null,
            "text": {"ja": "そのフィールドはありません。", "en": "There is no such field."},
        });
        Refusal {
            status: 422,
            reason: "issues".into(),
            message: "the configuration has issues; nothing was changed.".into(),
            error: json!({"issues": [issue]}),
        }
    }

    #[test]
    fn a_refusal_names_target_field_and_what_to_do() {
        let said = refused(Document::Mapping, Path::new("m.json"), &refusal(), Language::Ja);
        assert!(said.contains("誤り customers / 顧客各: そのフィールドはありません。"), "{said}");
        let said = refused(Document::Mapping, Path::new("m.json"), &refusal(), Language::En);
        assert!(said.contains("error customers / 顧客各: There is no such field."), "{said}");
    }
}
