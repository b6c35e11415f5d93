//! What went wrong, and the exit code that says so.

use serde_json::Value;

use crate::arguments::Lang;

/// Why a command did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The Worker refused.
    #[error("{0}")]
    Refused(Refusal),
    /// Something is missing or cannot be read.
    #[error("{0}")]
    Unusable(String),
    /// The Worker could not be reached, or what answered is no Daicho.
    #[error("{0}")]
    Unreachable(String),
}

impl Failure {
    /// 1 for a refusal, 2 for everything else.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => 1,
            Self::Unusable(_) | Self::Unreachable(_) => 2,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Unusable(format!("cannot write the output: {error}"))
    }
}

/// A refusal, as the Worker says it.
#[derive(Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// `error` of the answer.
    pub error: Value,
}

impl Refusal {
    /// The issues that the refusal lists, one line each.
    #[must_use]
    pub fn issues(&self, lang: Lang) -> Vec<String> {
        self.error["issues"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|issue| issue_line(issue, lang))
            .collect()
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let message = self.error["message"]
            .as_str()
            .unwrap_or("the Worker refused without saying why");
        match self.error["path"].as_str() {
            Some(path) if !path.is_empty() => write!(f, "{path}: {message}"),
            _ => f.write_str(message),
        }
    }
}

/// `error customers › 顧客名 (unknown_field): …`
pub fn issue_line(issue: &Value, lang: Lang) -> String {
    let text = |key: &str| issue[key].as_str();
    let mut place = Vec::new();
    place.extend(text("target"));
    place.extend(text("field"));
    format!(
        "{} {} ({}): {}",
        text("severity").unwrap_or("error"),
        place.join(" › "),
        text("code").unwrap_or("unknown"),
        issue["text"][lang.key()].as_str().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_names_the_path_and_the_reason() {
        let refusal = Refusal {
            status: 422,
            error: json!({"reason": "invalid_document", "path": "targets.customers", "message": "unknown field `kye`"}),
        };
        assert_eq!(
            refusal.to_string(),
            "targets.customers: unknown field `kye`"
        );
    }

    #[test]
    fn an_issue_is_one_line_in_the_language_asked_for() {
        let issue = json!({"code": "unknown_field", "severity": "error", "target": "customers", "field": "氏名",
            "text": {"ja": "フィールドがありません。", "en": "There is no such field."}});
        assert_eq!(
            issue_line(&issue, Lang::En),
            "error customers › 氏名 (unknown_field): There is no such field."
        );
        assert!(issue_line(&issue, Lang::Ja).ends_with("フィールドがありません。"));
    }
}
