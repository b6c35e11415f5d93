//! Issues for people: by target, in columns, in colour where there is a terminal.

use clap::builder::styling::{AnsiColor, Style};
use daicho_core::validation::{Issue, RefusedBy, Severity};
use unicode_width::UnicodeWidthStr;

use crate::Language;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const FINE: Style = AnsiColor::Green.on_default();
const HEADING: Style = Style::new().bold();
const ASIDE: Style = Style::new().dimmed();

/// A longer place or value would push the rest off the screen.
const WIDEST: usize = 40;

pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

pub(super) fn heading(text: &str) -> String {
    styled(HEADING, text)
}

pub(super) fn aside(text: &str) -> String {
    styled(ASIDE, text)
}

pub(super) fn fine(lang: Language) -> String {
    styled(FINE, lang.pick("問題ありません", "no issues"))
}

/// The text and as many spaces as fill this many columns.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// The columns that the widest of the texts takes.
pub(super) fn widest<'t>(texts: impl Iterator<Item = &'t str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or_default().min(WIDEST)
}

/// Label and code, or the code alone where they are the same.
pub(super) fn name(label: &str, code: &str) -> String {
    if label == code { code.to_owned() } else { format!("{label}（{code}）") }
}

/// That the precision of an app's numbers was not given; `of`: what stands before the file in `--settings`.
pub(super) fn assumed_precision(of: &str, lang: Language) -> String {
    let note = lang.pick(
        "数値の精度は、全体16桁・小数4桁とみなしました。違うときは --settings OF+FILE で指定してください。",
        "Numbers are taken to keep 16 digits, 4 of them decimals. If not so, give --settings OF+FILE.",
    );
    format!("  {}\n", aside(&note.replace("OF+", of)))
}

/// `誤り 2件、注意 1件`
pub(super) fn count(issues: &[&Issue], lang: Language) -> String {
    let errors = issues.iter().filter(|issue| issue.is_error()).count();
    let warnings = issues.len() - errors;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let counted = |style: Style, count: usize, ja: &str, en: &str| {
        let text = match lang {
            Language::Ja => format!("{ja} {count}件"),
            Language::En => plural(count, en),
        };
        (count > 0).then(|| styled(style, &text))
    };
    let parts = [counted(ERROR, errors, "誤り", "error"), counted(WARNING, warnings, "注意", "warning")];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { fine(lang) } else { parts.join(lang.pick("、", ", ")) }
}

/// Two lines an issue: where and what, then what to do.
pub(super) fn issues(issues: &[&Issue], lang: Language) -> String {
    let places: Vec<String> = issues.iter().map(|issue| place(issue, lang)).collect();
    let columns = widest(places.iter().map(String::as_str));
    let mut lines = String::new();
    for (issue, place) in issues.iter().zip(&places) {
        let (style, mark) = match issue.severity {
            Severity::Error => (ERROR, lang.pick("誤り", "error  ")),
            Severity::Warning => (WARNING, lang.pick("注意", "warning")),
        };
        let value = issue.value.as_deref().filter(|value| !matches!(*value, "" | "null"));
        let value = value.map(|value| shortened(value, lang)).unwrap_or_default();
        let place = if value.is_empty() { place.clone() } else { padded(place, columns) };
        lines.push_str(&format!("  {} {place}{value}\n", styled(style, mark)));
        lines.push_str(&format!("       {}\n", lang.of(&issue.text)));
        lines.push_str(&format!("       {}\n", aside(&format!("{}{}", issue.code, noticed(issue, lang)))));
    }
    lines
}

/// Who would notice it.
fn noticed(issue: &Issue, lang: Language) -> &'static str {
    match (issue.refused_by, issue.severity) {
        (RefusedBy::Kintone, _) => lang.pick(" · kintoneが受け付けません", " · kintone would refuse it"),
        (RefusedBy::Silent, _) => lang.pick(
            " · kintoneはエラーにせず、内容が失われます",
            " · kintone would take it and lose something in silence",
        ),
        (RefusedBy::Daicho, Severity::Error) => {
            lang.pick(" · Daichoは書き込みません", " · Daicho does not write it")
        }
        (RefusedBy::Daicho, Severity::Warning) => "",
    }
}

fn place(issue: &Issue, lang: Language) -> String {
    let field = issue.field.as_ref().map(|code| name(issue.label.as_ref().unwrap_or(code), code));
    let rule = issue.rule.map(|rule| format!("fields[{rule}]"));
    let parts: Vec<String> = field.into_iter().chain(rule).collect();
    if parts.is_empty() { lang.pick("対象全体", "the target").to_owned() } else { parts.join("  ") }
}

fn shortened(value: &str, lang: Language) -> String {
    let line: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WIDEST).collect();
    let more = if value.chars().count() > WIDEST { "…" } else { "" };
    format!("  {} {line}{more}", lang.pick("値:", "value:"))
}

#[cfg(test)]
mod tests {
    use daicho_core::validation::Code;

    use super::*;

    #[test]
    fn what_kintone_never_sees_is_not_called_its_refusal() {
        let said = |code: Code| issues(&[&Issue::of(code).field("項目").build()], Language::Ja);
        for code in
            [Code::InvalidTemplate, Code::RelatedMissing, Code::KeyFieldMapped, Code::InvalidCondition]
        {
            assert!(said(code).contains(" · Daichoは書き込みません"), "{}", said(code));
        }
        assert!(!said(Code::MinorUnits).contains(" · "), "{}", said(Code::MinorUnits));
        assert!(said(Code::NotAnOption).contains("kintoneが受け付けません"));
        assert!(said(Code::DecimalsRounded).contains("内容が失われます"));
    }
}
