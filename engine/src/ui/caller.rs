//! Who asks.

/// Who asks, as far as the call's signature proves it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// `usr_…`.
    pub user: String,
    /// The ids of the caller's Dashboard roles; `None` where the call does not prove any.
    pub roles: Option<Vec<String>>,
    /// The call's nonce.
    pub nonce: String,
}

impl Caller {
    /// Whether one of the roles is one that may change the configuration: Stripe's own ids of the
    /// administrator's and the developer's.
    #[must_use]
    pub fn may_change(&self) -> bool {
        self.has_any(["super_admin", "admin", "developer"])
    }

    /// Whether the caller may read where `read_roles` of the connections name roles.
    #[must_use]
    pub fn may_read(&self, read_roles: &[String]) -> bool {
        read_roles.is_empty() || self.may_change() || self.has_any(read_roles.iter().map(String::as_str))
    }

    fn has_any<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) -> bool {
        let roles = self.roles.as_deref().unwrap_or_default();
        wanted.into_iter().any(|role| roles.iter().any(|one| one == role))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(roles: &[&str]) -> Caller {
        Caller { roles: Some(roles.iter().map(|role| (*role).to_owned()).collect()), ..Caller::default() }
    }

    #[test]
    fn administrators_and_developers_may_change() {
        assert!(with(&["view_only", "admin"]).may_change());
        assert!(with(&["developer"]).may_change());
        assert!(!with(&["support_specialist"]).may_change());
        assert!(!Caller::default().may_change());
    }

    #[test]
    fn anyone_may_read_until_roles_are_named() {
        let named = ["support_specialist".to_owned()];
        assert!(Caller::default().may_read(&[]));
        assert!(!Caller::default().may_read(&named));
        assert!(with(&["support_specialist"]).may_read(&named));
        assert!(with(&["admin"]).may_read(&named));
        assert!(!with(&["analyst"]).may_read(&named));
    }
}
