//! Pushing the two documents.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use crate::admin::Admin;
use crate::arguments::Lang;
use crate::failure::{Failure, issue_line};
use crate::output;

/// Sends the connections first, so that the mapping is checked against apps that can be read.
pub fn push(
    admin: &Admin,
    mapping: Option<&Path>,
    connections: Option<&Path>,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for (document, file) in [("connections", connections), ("mapping", mapping)] {
        if let Some(file) = file {
            push_one(admin, document, file, lang, out)?;
        }
    }
    Ok(())
}

fn push_one(
    admin: &Admin,
    document: &str,
    file: &Path,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let body = std::fs::read(file)
        .map_err(|error| Failure::Unusable(format!("{}: {error}", file.display())))?;
    let etag = admin.etag(document)?;
    match admin.put_document(document, body, etag.as_deref()) {
        Ok(answer) => {
            output::line(out, &format!("{document}: taken"))?;
            issues(out, &answer["issues"], lang)
        }
        Err(Failure::Refused(refusal)) => {
            for line in refusal.issues(lang) {
                output::line(out, &line)?;
            }
            Err(Failure::Refused(refusal))
        }
        Err(failure) => Err(failure),
    }
}

fn issues(out: &mut dyn Write, issues: &Value, lang: Lang) -> Result<(), Failure> {
    for issue in issues.as_array().into_iter().flatten() {
        output::line(out, &issue_line(issue, lang))?;
    }
    Ok(())
}
