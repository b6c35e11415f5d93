//! `daicho check`

use std::io::Write;

use anyhow::Result;
use daicho_core::kintone::{FormSchema, NumberPrecision};
use daicho_core::mapping::{Compiled, Mapping};
use daicho_core::validation::{Issue, check_target};
use serde_json::json;

use super::arguments::{Check, OfTarget};
use super::zones::Iana;
use super::{file, report};
use crate::{Ended, Language, Unusable};

/// What is known of each target's app.
struct Apps {
    forms: Vec<(String, FormSchema)>,
    settings: Vec<(String, NumberPrecision)>,
}

/// Carries out `daicho check`.
///
/// # Errors
/// [`Unusable`] input, or an answer that cannot be written.
pub(crate) fn run(arguments: &Check, lang: Language, output: &mut impl Write) -> Result<Ended> {
    let mapping = file::mapping(&arguments.mapping)?;
    let apps = Apps {
        forms: of_targets(&mapping, &arguments.form, "--form", file::form)?,
        settings: of_targets(&mapping, &arguments.settings, "--settings", file::settings)?,
    };
    let issues = apps.issues(&mapping);
    if arguments.json {
        writeln!(output, "{:#}", json!({ "issues": issues }))?;
    } else {
        output.write_all(apps.report(&mapping, &issues, lang).as_bytes())?;
    }
    Ok(if issues.iter().any(Issue::is_error) { Ended::Refused } else { Ended::Well })
}

/// The files of targets that there are, each once.
fn of_targets<T>(
    mapping: &Mapping,
    files: &[OfTarget],
    option: &str,
    read: impl Fn(&std::path::Path) -> Result<T, Unusable>,
) -> Result<Vec<(String, T)>, Unusable> {
    let mut known: Vec<(String, T)> = Vec::new();
    for OfTarget { target, file } in files {
        if !mapping.targets.contains_key(target) {
            return Err(file::no_target(mapping, option, target));
        }
        if known.iter().any(|(earlier, _)| earlier == target) {
            return Err(Unusable::new(
                &format!("{option} {target}: 同じ対象に2回指定されています。"),
                &format!("{option} {target}: given twice"),
            ));
        }
        known.push((target.clone(), read(file)?));
    }
    Ok(known)
}

impl Apps {
    fn form(&self, target: &str) -> Option<&FormSchema> {
        self.forms.iter().find(|(name, _)| name == target).map(|(_, form)| form)
    }

    fn precision(&self, target: &str) -> Option<NumberPrecision> {
        self.settings.iter().find(|(name, _)| name == target).map(|(_, precision)| *precision)
    }

    /// What is wrong with each target by itself, then what is against its form.
    fn issues(&self, mapping: &Mapping) -> Vec<Issue> {
        let mut issues = Compiled::with_zones(mapping, &Iana).err().unwrap_or_default();
        for (name, target) in &mapping.targets {
            if let Some(form) = self.form(name) {
                issues.extend(check_target(name, target, form, self.precision(name).unwrap_or_default()));
            }
        }
        issues
    }

    fn report(&self, mapping: &Mapping, issues: &[Issue], lang: Language) -> String {
        let mut said = String::new();
        for (name, target) in &mapping.targets {
            let of_target = |issue: &&Issue| issue.target.as_deref() == Some(name.as_ref());
            let own: Vec<&Issue> = issues.iter().filter(of_target).collect();
            let heading = report::heading(&report::name(name, &target.app));
            let state = if own.is_empty() && self.form(name).is_none() {
                lang.pick("照合していません", "not checked against a form").to_owned()
            } else {
                report::count(&own, lang)
            };
            said.push_str(&format!("{heading}  {state}\n{}", report::issues(&own, lang)));
            said.push_str(&self.assumed(name, lang));
        }
        said
    }

    /// What was not known of the target's app.
    fn assumed(&self, name: &str, lang: Language) -> String {
        match (self.form(name), self.precision(name)) {
            (None, _) => {
                let note = lang.pick(
                    "アプリのフォームが指定されていないため、マッピングだけを確かめました。--form TARGET=FILE で指定できます。",
                    "Without its app's form only the mapping itself was checked. Give it with --form TARGET=FILE.",
                );
                format!("  {}\n", report::aside(&note.replace("TARGET", name)))
            }
            (Some(_), None) => report::assumed_precision(&format!("{name}="), lang),
            (Some(_), Some(_)) => String::new(),
        }
    }
}
