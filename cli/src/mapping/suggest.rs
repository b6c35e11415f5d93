//! `daicho suggest`

use std::io::Write;

use anyhow::Result;
use daicho_core::suggestion::{Confidence, Suggested, Suggestion, suggest};
use daicho_core::validation::Issue;

use super::arguments::Suggest;
use super::{file, report, written};
use crate::{Ended, Language};

/// Carries out `daicho suggest`. What people should know of the mapping goes to `notes`.
///
/// # Errors
/// [`super::Unusable`] input, or an answer that cannot be written.
pub(crate) fn run(
    arguments: &Suggest,
    lang: Language,
    output: &mut impl Write,
    notes: &mut impl Write,
) -> Result<Ended> {
    let form = file::form(&arguments.form)?;
    let precision = arguments.settings.as_deref().map(file::settings).transpose()?.unwrap_or_default();
    let suggestion = suggest(arguments.source.into(), &form, precision, arguments.app.as_deref());
    if arguments.json {
        writeln!(output, "{:#}", serde_json::to_value(&suggestion)?)?;
    } else {
        output.write_all(written::mapping(&serde_json::to_value(&suggestion.mapping)?).as_bytes())?;
        output.flush()?;
        notes.write_all(shown(&suggestion, lang).as_bytes())?;
    }
    Ok(if suggestion.issues.iter().any(Issue::is_error) { Ended::Refused } else { Ended::Well })
}

fn shown(suggestion: &Suggestion, lang: Language) -> String {
    let name = |suggested: &Suggested| report::name(&suggested.label, &suggested.field);
    let ruled = || std::iter::once(&suggestion.key).chain(&suggestion.rules);
    let names: Vec<String> = ruled()
        .map(name)
        .chain(suggestion.unmatched.iter().map(|field| report::name(&field.label, &field.field)))
        .collect();
    let columns = report::widest(names.iter().map(String::as_str));
    let mut said = format!("{}\n", report::heading(lang.pick("提案したルール", "Suggested rules")));
    for suggested in ruled() {
        let sure = match suggested.confidence {
            Confidence::High => lang.pick("確か　　", "sure    "),
            Confidence::Medium => lang.pick("おそらく", "probable"),
            Confidence::Low => lang.pick("要確認　", "look    "),
        };
        let key =
            if std::ptr::eq(suggested, &suggestion.key) { lang.pick("［キー］", "[key] ") } else { "" };
        let reason = lang.of(&suggested.reason);
        said.push_str(&format!("  {sure}  {}  {key}{reason}\n", report::padded(&name(suggested), columns)));
    }
    if !suggestion.unmatched.is_empty() {
        said.push_str(&format!(
            "{}\n",
            report::heading(lang.pick("ルールのないフィールド", "Fields without a rule"))
        ));
    }
    for field in &suggestion.unmatched {
        let required = if field.is_required { lang.pick("［必須］", "[required] ") } else { "" };
        let name = report::padded(&report::name(&field.label, &field.field), columns);
        said.push_str(&format!("            {name}  {required}{}\n", lang.of(&field.reason)));
    }
    let issues: Vec<&Issue> = suggestion.issues.iter().collect();
    said.push_str(&format!("{}\n{}", report::count(&issues, lang), report::issues(&issues, lang)));
    said
}
