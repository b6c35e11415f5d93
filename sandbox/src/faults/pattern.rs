//! Path patterns of a fault.

/// Whether `path` fits `pattern`: without a `*` a prefix; with it, the whole path, each `*`
/// standing for any run of characters.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return true;
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn without_a_star_it_is_a_prefix() {
        assert!(matches("/v1/customers", "/v1/customers/cus_1"));
        assert!(!matches("/v1/customers/", "/v1/customers"));
    }

    #[test]
    fn with_a_star_it_is_the_whole_path() {
        assert!(matches("/k/*/records.json", "/k/guest/3/v1/records.json"));
        assert!(matches("/v1/*/in_*/pay", "/v1/invoices/in_1/pay"));
        assert!(!matches("/k/*/record.json", "/k/v1/records.json"));
        assert!(!matches("/v1/customers/*/x", "/v1/customers/cus_1/xy"));
        assert!(!matches("/ab*ba", "/aba"));
        assert!(matches("*", "/anything"));
    }
}
