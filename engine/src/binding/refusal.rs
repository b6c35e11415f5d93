//! One refusal that met many records, told to people.

use daicho_core::kintone::{FieldProblem, FormSchema, Permanent};
use daicho_core::validation::Text;
use serde::{Deserialize, Serialize};

/// What kintone said of many records of a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// kintone's code.
    pub code: String,
    /// The field code, where the answer named one.
    pub field: Option<String>,
    /// The field's name for people.
    pub label: Option<String>,
}

impl Refusal {
    /// Of an answer's code and the first problem that it names.
    pub(crate) fn new(code: &str, problem: Option<&FieldProblem>, form: &FormSchema) -> Self {
        let field = problem.and_then(|problem| problem.inner.as_ref().or(problem.field.as_ref()));
        let label = field.and_then(|field| form.field(field)).map(|field| field.label.clone());
        let code = if code.is_empty() { "refused" } else { code };
        Self { code: code.to_owned(), field: field.cloned(), label }
    }

    /// Why the target is not written to, and the way on.
    #[must_use]
    pub fn text(&self, target: &str) -> Text {
        self.text_with(
            &format!("「daicho resume {target}」で再開してください。"),
            &format!("Then go on with `daicho resume {target}`."),
        )
    }

    /// The same, and how to go on, for where another way than the command is at hand.
    pub(crate) fn text_with(&self, ja: &str, en: &str) -> Text {
        let code = &self.code;
        let (ja_what, en_what) = match (&self.field, &self.label) {
            (Some(field), Some(label)) => {
                (format!("「{label}」（{field}）の値を"), format!(": the value of \"{label}\" ({field})"))
            }
            (Some(field), None) => (format!("「{field}」の値を"), format!(": the value of \"{field}\"")),
            (None, _) => (String::new(), String::new()),
        };
        let (ja_where, en_where) = self.screen();
        Text {
            ja: format!(
                "直近10分に送ったレコードの1割を超えて、kintoneが{ja_what}同じ理由で受け付けなかったため、書き込みを止めています。{ja_where}{ja}（エラーコード：{code}）"
            ),
            en: format!(
                "More than a tenth of the records sent within ten minutes were refused for the same reason{en_what}. So nothing is written. {en_where} {en} (Error code: {code})"
            ),
        }
    }

    /// Which screen to open.
    fn screen(&self) -> (&'static str, &'static str) {
        if self.code.starts_with("GAIA_LO") {
            (
                "ルックアップの参照先のアプリにレコードがあることと、［アプリの設定 > フォーム］でルックアップの設定を確かめてください。参照先にないものは、マッピングの条件で対象から外せます。そのうえで、",
                "Check that the app that the lookup refers to has the records, and the lookup under App Settings > Form. What is not meant to be there can be left out by the mapping's condition.",
            )
        } else if self.is_of_people() {
            (
                "［cybozu.com共通管理］のユーザー、組織、グループのコードと、マッピングを確かめてから、",
                "Check the codes of users, departments and groups in Users & System Administration, and the mapping.",
            )
        } else {
            (
                "［アプリの設定 > フォーム］でフィールドの種類と制限を確かめ、フォームかマッピングを直してから、",
                "Check the field's type and limits under App Settings > Form, and correct the form or the mapping.",
            )
        }
    }

    fn is_of_people(&self) -> bool {
        let body = serde_json::json!({ "code": self.code }).to_string();
        let class = daicho_core::kintone::class(400, body.as_bytes());
        class == daicho_core::kintone::ErrorClass::Permanent(Permanent::Entity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_code_its_field_and_the_screen_to_open() {
        let form = serde_json::from_value(serde_json::json!({"properties": {
            "name": {"type": "SINGLE_LINE_TEXT", "code": "name", "label": "氏名"}}}))
        .unwrap();
        let problem = FieldProblem {
            field: Some("name".to_owned()),
            row: None,
            inner: None,
            path: String::new(),
            messages: Vec::new(),
        };
        let text = Refusal::new("CB_VA01", Some(&problem), &form).text("customers");
        assert!(
            text.ja.contains("「氏名」（name）の値を")
                && text.ja.ends_with("（エラーコード：CB_VA01）")
                && text.ja.contains("［アプリの設定 > フォーム］")
        );
        assert!(
            text.en.contains("the value of \"氏名\" (name)") && text.en.contains("daicho resume customers")
        );
        let people = Refusal::new("GAIA_IL26", None, &form).text("customers");
        assert!(
            people.ja.ends_with("（エラーコード：GAIA_IL26）")
                && people.ja.contains("［cybozu.com共通管理］")
        );
        assert!(Refusal::new("GAIA_LO04", None, &form).text("t").ja.contains("参照先のアプリ"));
    }
}
