//! Texts and links.

use serde_json::{Value, json};

use super::Place;
use crate::kintone::behaviour::Behaviour;
use crate::kintone::failure::FieldErrors;
use crate::kintone::field_type::FieldType;
use crate::kintone::form::{Field, Protocol};
use crate::kintone::message;

/// A text that prohibits duplicates holds at most this many characters.
const MAX_UNIQUE_LENGTH: usize = 64;

pub(super) fn read(
    field: &Field,
    text: &str,
    place: &Place,
    behaviour: &Behaviour,
    errors: &mut FieldErrors,
) -> Value {
    let key = place.key("value");
    check_length(field, text, &key, behaviour, errors);
    let one_line = field.field_type == FieldType::SingleLineText;
    if one_line && behaviour.line_break_refused && text.contains(['\n', '\r']) {
        errors.add(key.clone(), message::no_line_break());
    }
    if field.field_type == FieldType::Link && !text.is_empty() {
        let strict = behaviour.strict_links;
        let (well_formed, complaint) = match field.protocol {
            Protocol::Web => (is_url(text), message::not_a_url()),
            Protocol::Mail => (is_mail_address(text, strict), message::not_a_mail_address()),
            Protocol::Call => (is_phone_number(text, strict), message::not_a_phone_number()),
        };
        if !well_formed {
            errors.add(key, complaint);
        }
    }
    json!(text)
}

fn check_length(field: &Field, text: &str, key: &str, behaviour: &Behaviour, errors: &mut FieldErrors) {
    let length = if behaviour.counts_utf16 { text.encode_utf16().count() } else { text.chars().count() };
    let unique_limit = field.unique.then_some(MAX_UNIQUE_LENGTH);
    let max = field.max_length.into_iter().chain(unique_limit).min();
    if let Some(max) = max.filter(|max| length > *max) {
        errors.add(key, message::too_long(max));
    }
    let exempt = text.is_empty() && (behaviour.empty_skips_min_length || field.required);
    if let Some(min) = field.min_length.filter(|min| length < *min && !exempt) {
        errors.add(key, message::too_short(min));
    }
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let known = ["http", "https", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    known && !rest.is_empty() && !rest.contains(char::is_whitespace)
}

fn is_mail_address(text: &str, strict: bool) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    if !strict {
        return !local.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace);
    }
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && text.is_ascii()
        && !text.contains(char::is_whitespace)
        && !local.contains('@')
}

fn is_phone_number(text: &str, strict: bool) -> bool {
    if !strict {
        return text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    }
    text.chars().any(|character| character.is_ascii_digit())
        && text.chars().all(|character| character.is_ascii_digit() || "+-()#*,.; ".contains(character))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{read_as, read_under};
    use super::*;

    #[test]
    fn the_message_names_the_first_length_that_is_too_long() {
        let text = json!({"type": "SINGLE_LINE_TEXT", "maxLength": "5", "minLength": "2"});
        let (_, errors) = read_as(text.clone(), json!("123456"));
        assert_eq!(errors, json!({"record.f.value": {"messages": ["6文字より短くなければなりません。"]}}));
        let (_, errors) = read_as(text.clone(), json!("1"));
        assert_eq!(errors, json!({"record.f.value": {"messages": ["1文字より長くなければなりません。"]}}));
        assert_eq!(read_as(text, json!("12345")).1, Value::Null);
    }

    #[test]
    fn an_empty_text_is_too_short_only_where_the_switch_says_so() {
        let text = json!({"type": "SINGLE_LINE_TEXT", "minLength": "2"});
        assert_eq!(read_as(text.clone(), json!("")).1, Value::Null);
        let strict = Behaviour { empty_skips_min_length: false, ..Behaviour::default() };
        assert!(read_under(&strict, text, json!("")).1.is_object());
    }

    #[test]
    fn a_unique_text_ends_at_64_characters() {
        let text = json!({"type": "SINGLE_LINE_TEXT", "unique": true});
        assert_eq!(read_as(text.clone(), json!("あ".repeat(64))).1, Value::Null);
        let (_, errors) = read_as(text, json!("あ".repeat(65)));
        assert_eq!(errors["record.f.value"]["messages"][0], "65文字より短くなければなりません。");
    }

    #[test]
    fn a_link_is_held_against_its_protocol() {
        let cases = [
            ("WEB", "https://example.com/a?b=日本", true),
            ("WEB", "example.com", false),
            ("WEB", "https://", false),
            ("MAIL", "hanako@example.test", true),
            ("MAIL", "hanako@", false),
            ("MAIL", "花子 <hanako@example.test>", false),
            ("CALL", "+81 3-1234-5678", true),
            ("CALL", "03−1234", false),
            ("CALL", "", true),
        ];
        for (protocol, given, well_formed) in cases {
            let link = json!({"type": "LINK", "protocol": protocol});
            assert_eq!(read_as(link, json!(given)).1.is_null(), well_formed, "{protocol} {given}");
        }
    }

    #[test]
    fn links_are_checked_closely_only_where_the_switch_says_so() {
        let strict = Behaviour { strict_links: true, ..Behaviour::default() };
        for (protocol, given) in
            [("MAIL", "hanako@localhost"), ("MAIL", "花子@example.test"), ("CALL", "ext")]
        {
            let link = json!({"type": "LINK", "protocol": protocol});
            assert!(read_as(link.clone(), json!(given)).1.is_null(), "{protocol} {given}");
            assert!(read_under(&strict, link, json!(given)).1.is_object(), "{protocol} {given}");
        }
    }

    #[test]
    fn a_character_outside_the_basic_plane_counts_twice_only_where_the_switch_says_so() {
        let text = json!({"type": "SINGLE_LINE_TEXT", "maxLength": "1"});
        let units = Behaviour { counts_utf16: true, ..Behaviour::default() };
        assert!(read_as(text.clone(), json!("𠮷")).1.is_null());
        assert!(read_under(&units, text, json!("𠮷")).1.is_object());
    }

    #[test]
    fn a_line_break_belongs_into_a_text_area_where_the_switch_says_so() {
        let strict = Behaviour { line_break_refused: true, ..Behaviour::default() };
        let (_, errors) = read_under(&strict, json!({"type": "SINGLE_LINE_TEXT"}), json!("a\nb"));
        assert!(errors["record.f.value"].is_object());
        assert_eq!(read_as(json!({"type": "SINGLE_LINE_TEXT"}), json!("a\nb")).1, Value::Null);
        assert_eq!(read_as(json!({"type": "MULTI_LINE_TEXT"}), json!("a\nb")).1, Value::Null);
    }
}
