//! The signing secrets of the webhook endpoints, each for the events that its endpoint may send.

use daicho_core::stripe::signature::{self, Secret, SignatureError};
use daicho_core::tenant::Mode;
use serde::Deserialize;

/// An endpoint of test mode gets events of test mode only; one of live mode may get both ("Building a backend
/// for your app" in Stripe's documentation: an app that is installed in both modes). So whoever knows a test
/// endpoint's secret, which is guarded less, must not be able to sign for live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookSecrets {
    /// All of them, those of live endpoints first.
    all: Vec<Secret>,
    live: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByMode {
    #[serde(default)]
    live: Vec<String>,
    #[serde(default)]
    test: Vec<String>,
}

const ADVICE: &str = r#"write it as a JSON array of texts, as {"live":["whsec_…"],"test":["whsec_…"]}, or separate the secrets by commas."#;

impl WebhookSecrets {
    /// An object by mode; an array, or texts separated by commas or lines, all of which count as live.
    ///
    /// # Errors
    /// What to write. One that is blank makes the whole unusable: it may be the one that somebody believes to
    /// be set.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.starts_with('{') {
            let all = secrets(text)?;
            return Ok(Self { live: all.len(), all });
        }
        let ByMode { live, test } = serde_json::from_str(text).map_err(|_| ADVICE.to_owned())?;
        let all = live.iter().chain(&test).map(|text| Secret::new(text).map_err(|blank| blank.to_string()));
        let all = all.collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            Err("it names no secret.".to_owned())
        } else {
            Ok(Self { all, live: live.len() })
        }
    }

    /// Verifies a body that nobody has looked into yet.
    ///
    /// # Errors
    /// [`SignatureError`] says why it is refused.
    pub fn verify(&self, header: Option<&str>, body: &[u8], now_seconds: i64) -> Result<(), SignatureError> {
        signature::verify(header, body, &self.all, now_seconds)
    }

    /// Verifies that a body with a signature may be of this mode.
    ///
    /// # Errors
    /// As [`Self::verify`].
    pub fn verify_mode(
        &self,
        mode: Mode,
        header: Option<&str>,
        body: &[u8],
        now_seconds: i64,
    ) -> Result<(), SignatureError> {
        match mode {
            Mode::Live if self.live < self.all.len() => {
                let live = self.all.get(..self.live).unwrap_or_default();
                signature::verify(header, body, live, now_seconds)
            }
            Mode::Live | Mode::Test => Ok(()),
        }
    }
}

/// A JSON array, or texts separated by commas or lines.
///
/// # Errors
/// What to write.
pub fn secrets(text: &str) -> Result<Vec<Secret>, String> {
    if !text.starts_with('[') {
        return Secret::list(&text.replace('\n', ",")).map_err(|blank| blank.to_string());
    }
    let texts: Vec<String> = serde_json::from_str(text).map_err(|_| ADVICE.to_owned())?;
    if texts.is_empty() {
        return Err("the array is empty.".to_owned());
    }
    texts.iter().map(|text| Secret::new(text).map_err(|blank| blank.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_ways_to_write_them_are_read() {
        for (text, all, live) in [
            ("whsec_a,whsec_b", 2, 2),
            ("whsec_a\nwhsec_b\n", 2, 2),
            (r#"["whsec_a","whsec_b"]"#, 2, 2),
            (r#"{"live":["whsec_a"],"test":["whsec_b"]}"#, 2, 1),
            (r#"{"test":["whsec_b"]}"#, 1, 0),
        ] {
            let secrets = WebhookSecrets::parse(text.trim()).unwrap();
            assert_eq!((secrets.all.len(), secrets.live), (all, live), "{text}");
        }
        for text in
            ["whsec_a,", "[]", r#"["whsec_a",""]"#, "[1]", "{}", r#"{"test":[" "]}"#, r#"{"prod":["a"]}"#]
        {
            assert!(WebhookSecrets::parse(text).is_err(), "{text}");
        }
    }

    /// Made by Stripe's own library with the secret `whsec_test_secret`.
    const SIGNED_AT: i64 = 1_795_350_600;
    const BODY: &[u8] = br#"{"id":"evt_1","object":"event","type":"customer.updated"}"#;
    const HEADER: &str = "t=1795350600,v1=e94f4926952a8dbbd6781dccef6e3fc2b1a26edf8f93eba6c91dc873a555a72d";

    #[test]
    fn a_test_endpoints_secret_signs_nothing_of_live_mode_and_a_live_ones_signs_both() {
        for (text, live) in [
            (r#"{"live":["whsec_other"],"test":["whsec_test_secret"]}"#, false),
            (r#"{"test":["whsec_test_secret"]}"#, false),
            (r#"{"live":["whsec_test_secret"],"test":["whsec_other"]}"#, true),
            ("whsec_other,whsec_test_secret", true),
        ] {
            let secrets = WebhookSecrets::parse(text).unwrap();
            assert_eq!(secrets.verify(Some(HEADER), BODY, SIGNED_AT), Ok(()), "{text}");
            let of = |mode| secrets.verify_mode(mode, Some(HEADER), BODY, SIGNED_AT).is_ok();
            assert_eq!((of(Mode::Live), of(Mode::Test)), (live, true), "{text}");
        }
    }
}
