//! Which hosts we send kintone's tokens to.
//!
//! A connections document names the host, and whoever may write one must not be able to point the
//! Worker, or a token, anywhere else. So the host is matched whole against kintone's own domains
//! (`cybozu.com`, `kintone.com`, `cybozu.cn`), by a list of allowed characters and never by parsing
//! a URL.

use super::{AppAddress, AppId, GuestSpaceId};

/// kintone's domains, from Cybozu's documentation.
pub const DOMAINS: [&str; 3] = ["cybozu.com", "kintone.com", "cybozu.cn"];

/// A host that may be asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Host {
    /// Lower case; with `.s` where the client certificate is used; with a port only for dev hosts.
    name: String,
    /// Without `.s`.
    domain: String,
    dev: bool,
}

/// A host that must not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{host}` is no kintone host: write it as example.cybozu.com, example.kintone.com or example.cybozu.cn (example.s.cybozu.com with a client certificate)"
)]
pub struct HostRefused {
    /// What was given, shortened.
    pub host: String,
}

impl Host {
    /// Takes `example.cybozu.com` or `https://example.cybozu.com/`, or exactly one of `dev_hosts`
    /// (`127.0.0.1:8788`), which are asked over plain HTTP. Outside development, pass none.
    ///
    /// # Errors
    /// [`HostRefused`] for every other host.
    pub fn parse(host: &str, dev_hosts: &[impl AsRef<str>]) -> Result<Self, HostRefused> {
        if dev_hosts.iter().any(|dev| !host.is_empty() && dev.as_ref() == host) {
            return Ok(Self { name: host.to_owned(), domain: host.to_owned(), dev: true });
        }
        let bare = host.strip_prefix("https://").unwrap_or(host);
        let name = bare.strip_suffix('/').unwrap_or(bare).to_ascii_lowercase();
        let domain = domain_of(&name).ok_or_else(|| HostRefused { host: shortened(host) })?;
        Ok(Self { domain, name, dev: false })
    }

    /// The host as it is asked, for example `example.s.cybozu.com`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The host without the `.s` of client-certificate access: what apps are claimed under.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether requests need the client certificate (`.s`).
    #[must_use]
    pub fn needs_client_certificate(&self) -> bool {
        self.name != self.domain
    }

    /// The address that API paths such as `/records.json` are put after:
    /// `https://example.cybozu.com/k/v1`, or `…/k/guest/3/v1` in a guest space.
    #[must_use]
    pub fn base_url(&self, guest_space: Option<GuestSpaceId>) -> String {
        let scheme = if self.dev { "http" } else { "https" };
        match guest_space {
            None => format!("{scheme}://{}/k/v1", self.name),
            Some(space) => format!("{scheme}://{}/k/guest/{}/v1", self.name, space.0),
        }
    }

    /// The address of an app's page, for people.
    #[must_use]
    pub fn app_url(&self, app: AppId, guest_space: Option<GuestSpaceId>) -> String {
        let scheme = if self.dev { "http" } else { "https" };
        let space = guest_space.map(|space| format!("guest/{}/", space.0)).unwrap_or_default();
        format!("{scheme}://{}/k/{space}{app}/", self.name)
    }

    /// The address of a record's page, for people.
    #[must_use]
    pub fn record_url(&self, app: AppId, guest_space: Option<GuestSpaceId>, record_id: &str) -> String {
        format!("{}show#record={record_id}", self.app_url(app, guest_space))
    }

    /// The app's place in the world.
    #[must_use]
    pub fn address(&self, app: AppId, guest_space: Option<GuestSpaceId>) -> AppAddress {
        AppAddress { domain: self.domain.clone(), guest_space, app }
    }
}

/// `{sub}.{domain}` and `{sub}.s.{domain}` as `{sub}.{domain}`.
fn domain_of(name: &str) -> Option<String> {
    DOMAINS.iter().find_map(|domain| {
        let sub = name.strip_suffix(domain)?.strip_suffix('.')?;
        let sub = sub.strip_suffix(".s").unwrap_or(sub);
        // `s` itself would make `s.cybozu.com` stand for no site and for a certificate's at once.
        (is_label(sub) && sub != "s").then(|| format!("{sub}.{domain}"))
    })
}

fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

fn shortened(host: &str) -> String {
    host.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONE: [&str; 0] = [];

    #[test]
    fn kintones_own_hosts_are_taken() {
        for (given, name, domain) in [
            ("example.cybozu.com", "example.cybozu.com", "example.cybozu.com"),
            ("Example.Kintone.COM", "example.kintone.com", "example.kintone.com"),
            ("https://ex-1.cybozu.cn/", "ex-1.cybozu.cn", "ex-1.cybozu.cn"),
            ("example.s.cybozu.com", "example.s.cybozu.com", "example.cybozu.com"),
        ] {
            let host = Host::parse(given, &NONE).unwrap();
            assert_eq!((host.as_str(), host.domain()), (name, domain));
            assert_eq!(host.needs_client_certificate(), name != domain);
        }
    }

    #[test]
    fn every_other_host_is_refused() {
        for host in [
            "",
            ".",
            "cybozu.com",
            ".cybozu.com",
            "s.cybozu.com",
            "https://",
            "localhost",
            "127.0.0.1",
            "127.0.0.1:8788",
            "[::1]",
            "2130706433",
            "example.com",
            "evilcybozu.com",
            "x.evilcybozu.com",
            "example.cybozu.com.evil.test",
            "example.cybozu.com.",
            "example.cybozu.com:8443",
            "user@example.cybozu.com",
            "user:pw@example.cybozu.com",
            "evil.test/example.cybozu.com",
            "evil.test#.cybozu.com",
            "evil.test?.cybozu.com",
            "evil.test\\.cybozu.com",
            "example.cybozu.com/k/v1",
            "http://example.cybozu.com",
            "https://https://example.cybozu.com",
            "//example.cybozu.com",
            "a.b.cybozu.com",
            "a.s.s.cybozu.com",
            "-a.cybozu.com",
            "a-.cybozu.com",
            "a b.cybozu.com",
            " example.cybozu.com",
            "example.cybozu.com\n",
            "exa\tmple.cybozu.com",
            "ex\u{0}ample.cybozu.com",
            "еxample.cybozu.com",
            "example。cybozu.com",
            "example.cybozu。com",
            "example.ＣＹＢＯＺＵ.com",
            "exam%70le.cybozu.com",
            "example.cybozu.com%2e",
            "example.cybozu.com//",
            "example.\u{212a}intone.com",
            "example..cybozu.com",
            "a_b.cybozu.com",
            "example.cybozu-dev.com",
        ] {
            assert!(Host::parse(host, &NONE).is_err(), "{host:?}");
        }
    }

    #[test]
    fn a_dev_host_is_taken_only_as_listed_and_over_plain_http() {
        let dev = ["127.0.0.1:8788"];
        assert_eq!(Host::parse("127.0.0.1:8788", &dev).unwrap().base_url(None), "http://127.0.0.1:8788/k/v1");
        for host in ["127.0.0.1", "127.0.0.1:87888", "127.0.0.1:8788/", "x@127.0.0.1:8788"] {
            assert!(Host::parse(host, &dev).is_err(), "{host}");
        }
        assert!(Host::parse("", &[""]).is_err());
    }

    #[test]
    fn the_address_holds_the_guest_space() {
        let host = Host::parse("example.cybozu.com", &NONE).unwrap();
        assert_eq!(host.base_url(None), "https://example.cybozu.com/k/v1");
        assert_eq!(host.base_url(Some(GuestSpaceId(3))), "https://example.cybozu.com/k/guest/3/v1");
        assert_eq!(
            host.record_url(AppId(12), Some(GuestSpaceId(3)), "7"),
            "https://example.cybozu.com/k/guest/3/12/show#record=7"
        );
    }

    proptest! {
        #[test]
        fn what_is_taken_stays_under_kintones_domains(host in "\\PC{0,40}", domain in 0usize..3) {
            for candidate in [host.clone(), format!("{host}.{}", DOMAINS[domain])] {
                if let Ok(host) = Host::parse(&candidate, &NONE) {
                    prop_assert!(host.as_str().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'));
                    let under = |domain: &&str| host.domain().ends_with(&format!(".{domain}"));
                    prop_assert!(DOMAINS.iter().any(under));
                }
            }
        }
    }
}
