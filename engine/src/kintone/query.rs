//! kintone's query language, as far as records are looked up with it.

/// Records whose `field` has one of these values. Choice and text fields and numbers all take `in`.
pub(crate) fn by_keys<'a>(field: &str, keys: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = keys.map(quoted).collect();
    format!("{field} in ({}) limit 500", quoted.join(","))
}

/// Records with one of these ids.
pub(crate) fn by_ids<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let ids: Vec<&str> = ids.collect();
    format!("$id in ({}) limit 500", ids.join(","))
}

/// The 500 records that come after the one with this number, as kintone's documentation has all records of
/// an app read.
pub(crate) fn after_id(number: i64) -> String {
    format!("$id > {number} order by $id asc limit 500")
}

/// Text in quotation marks. A raw tab or line break in one is refused by kintone.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\r' => {}
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_quoted_and_cannot_leave_their_quotation_marks() {
        let keys = ["cus_1", r#"a" or x = "b\"#, "tab\tline\n"];
        assert_eq!(
            by_keys("顧客ID", keys.into_iter()),
            r#"顧客ID in ("cus_1","a\" or x = \"b\\","tab\tline\n") limit 500"#
        );
        assert_eq!(by_ids(["1", "20"].into_iter()), "$id in (1,20) limit 500");
    }
}
