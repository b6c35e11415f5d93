//! What the deployment is told: variables and secrets of the Worker.

use std::cell::OnceCell;
use std::rc::Rc;

use daicho_core::stripe::AccountId;
use daicho_core::stripe::signature::Secret;
use daicho_engine::secret::SealingKeys;
use serde_json::Map;
use worker::Env;

use crate::admin_token::AdminTokens;
use crate::reply::Reply;
use crate::webhook_secrets::{self, WebhookSecrets};

/// Everything that the deployment is told, checked.
#[derive(Debug)]
pub struct Settings {
    /// Signing secrets of the webhook endpoints: for a rotation, one's own and Connect's, live and test.
    pub webhook_secrets: WebhookSecrets,
    /// Signing secrets of the Stripe App, two during a rotation; none where the app is not used yet.
    pub app_secrets: Vec<Secret>,
    /// Who may call `/admin`.
    pub admin_tokens: AdminTokens,
    /// The keys that tenants' secrets are sealed under.
    pub sealing: SealingKeys,
    /// The account of events that name none.
    pub own_account: AccountId,
    /// kintone hosts allowed in development besides kintone's own.
    pub dev_hosts: Vec<String>,
    /// Where Stripe's API is.
    pub stripe_base: String,
    /// After how many requests one run of an alarm begins nothing new; `None`: as the engine has it.
    pub requests_per_run: Option<u64>,
}

/// A variable is blank or cannot be used. Says nothing of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    name: &'static str,
    blank: bool,
    advice: String,
}

impl From<Unusable> for Reply {
    fn from(unusable: Unusable) -> Self {
        let Unusable { name, blank, advice } = unusable;
        let (reason, what) = if blank {
            ("blank_variable", format!("{name} is blank. Set it with `wrangler secret put {name}`: {advice}"))
        } else {
            ("unusable_variable", format!("{name} cannot be used: {advice}"))
        };
        let mut more = Map::new();
        more.insert("variable".into(), name.into());
        Self::problem_with(500, reason, what, more)
    }
}

thread_local! {
    // Bindings do not change while an isolate lives.
    static SETTINGS: OnceCell<Rc<Settings>> = const { OnceCell::new() };
}

impl Settings {
    /// The settings in `env`, read once an isolate.
    ///
    /// # Errors
    /// The first variable that is blank or cannot be used.
    pub fn of(env: &Env) -> Result<Rc<Self>, Unusable> {
        if let Some(settings) = SETTINGS.with(|cell| cell.get().cloned()) {
            return Ok(settings);
        }
        let settings = Rc::new(Self::read(|name| text(env, name))?);
        SETTINGS.with(|cell| drop(cell.set(Rc::clone(&settings))));
        Ok(settings)
    }

    fn read(variable: impl Fn(&str) -> String) -> Result<Self, Unusable> {
        // `daicho token` and `daicho sealing-key` print whole lines, and those are what people paste.
        let variable = |name: &str| {
            let text = variable(name);
            let line = text.trim();
            line.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')).unwrap_or(line).to_owned()
        };
        let required = |name: &'static str, advice: &str| {
            let value = variable(name);
            if value.trim().is_empty() {
                Err(Unusable { name, blank: true, advice: advice.to_owned() })
            } else {
                Ok(value.trim().to_owned())
            }
        };
        let unusable = |name, advice: String| Unusable { name, blank: false, advice };
        let secrets =
            required(WEBHOOK_SECRETS, "the endpoint's signing secret (whsec_…) from the Stripe Dashboard.")?;
        let tokens = required(ADMIN_TOKENS, r#"{"name":"<SHA-256 of the token in hex>"}."#)?;
        let sealing =
            required(SEALING_KEYS, r#"{"current":"k1","keys":{"k1":"<openssl rand -base64 32>"}}."#)?;
        let account = required(OWN_ACCOUNT, "your Stripe account's id (acct_…).")?;
        let dev_hosts = items(&variable("DEV_HOSTS"));
        let stripe_base = variable("STRIPE_API_BASE");
        Ok(Self {
            webhook_secrets: WebhookSecrets::parse(&secrets)
                .map_err(|advice| unusable(WEBHOOK_SECRETS, advice))?,
            app_secrets: app_secrets(&variable(APP_SECRETS))
                .map_err(|advice| unusable(APP_SECRETS, advice))?,
            admin_tokens: AdminTokens::parse(&tokens)
                .map_err(|advice| unusable(ADMIN_TOKENS, advice.to_string()))?,
            sealing: SealingKeys::parse(&sealing)
                .map_err(|error| unusable(SEALING_KEYS, error.to_string()))?,
            own_account: AccountId::parse(&account)
                .map_err(|error| unusable(OWN_ACCOUNT, error.to_string()))?,
            stripe_base: match stripe_base.trim() {
                // Keys go only to Stripe, unless this is development.
                base if !base.is_empty() && !dev_hosts.is_empty() => base.trim_end_matches('/').to_owned(),
                _ => crate::adapter::STRIPE_API.to_owned(),
            },
            dev_hosts,
            requests_per_run: requests_per_run(&variable(REQUESTS_PER_RUN))
                .map_err(|advice| unusable(REQUESTS_PER_RUN, advice))?,
        })
    }
}

const WEBHOOK_SECRETS: &str = "STRIPE_WEBHOOK_SECRETS";
const APP_SECRETS: &str = "APP_SECRETS";
const ADMIN_TOKENS: &str = "ADMIN_TOKENS";
const SEALING_KEYS: &str = "SEALING_KEYS";
const OWN_ACCOUNT: &str = "OWN_ACCOUNT";
const REQUESTS_PER_RUN: &str = "REQUESTS_PER_RUN";

/// A variable's text; blank where it is not bound.
fn text(env: &Env, name: &str) -> String {
    js_sys::Reflect::get(env, &name.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}

fn requests_per_run(text: &str) -> Result<Option<u64>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(number @ 1..=10_000) => Ok(Some(number)),
            _ => Err("write a whole number from 1 to 10000.".to_owned()),
        },
    }
}

/// As the webhooks' secrets; blank where the Stripe App is not used.
fn app_secrets(text: &str) -> Result<Vec<Secret>, String> {
    if text.trim().is_empty() { Ok(Vec::new()) } else { webhook_secrets::secrets(text.trim()) }
}

fn items(text: &str) -> Vec<String> {
    text.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALING: &str = r#"{"current":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#;

    fn read_with(name: &str, value: &str) -> Result<Settings, Unusable> {
        Settings::read(|asked| {
            let usual = match asked {
                WEBHOOK_SECRETS => "whsec_a, whsec_b",
                ADMIN_TOKENS => {
                    r#"{"hanako":"2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"}"#
                }
                SEALING_KEYS => SEALING,
                OWN_ACCOUNT => "acct_1Example",
                _ => "",
            };
            if asked == name { value.to_owned() } else { usual.to_owned() }
        })
    }

    #[test]
    fn every_required_variable_is_named_while_it_is_blank() {
        for name in [WEBHOOK_SECRETS, ADMIN_TOKENS, SEALING_KEYS, OWN_ACCOUNT] {
            for blank in ["", "  ", "\n"] {
                let unusable = read_with(name, blank).unwrap_err();
                assert!(unusable.blank);
                assert_eq!(unusable.name, name);
            }
        }
    }

    #[test]
    fn a_line_that_the_command_prints_is_taken_as_it_is() {
        let settings = read_with(SEALING_KEYS, &format!("SEALING_KEYS={SEALING}\n")).unwrap();
        assert_eq!(format!("{:?}", settings.sealing), format!("{:?}", SealingKeys::parse(SEALING).unwrap()));
        assert!(read_with(ADMIN_TOKENS, &format!("SEALING_KEYS={SEALING}")).is_err(), "another one's line");
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_named_without_its_value() {
        for name in [ADMIN_TOKENS, SEALING_KEYS, OWN_ACCOUNT] {
            let unusable = read_with(name, "hush").unwrap_err();
            assert_eq!(unusable.name, name);
            assert!(!unusable.advice.contains("hush"), "{}", unusable.advice);
        }
    }

    #[test]
    fn webhook_secrets_that_cannot_be_read_are_named() {
        for text in ["whsec_a,", "whsec_a,,whsec_b", "[]", r#"["whsec_a",""]"#, "[1]", "{}"] {
            assert_eq!(read_with(WEBHOOK_SECRETS, text).unwrap_err().name, WEBHOOK_SECRETS, "{text}");
        }
    }

    #[test]
    fn requests_a_run_are_a_number_or_left_to_the_engine() {
        let read = |text| read_with(REQUESTS_PER_RUN, text).map(|settings| settings.requests_per_run);
        assert_eq!((read(""), read(" 25 ")), (Ok(None), Ok(Some(25))));
        for text in ["0", "-1", "many", "1e9"] {
            assert_eq!(read(text).unwrap_err().name, REQUESTS_PER_RUN, "{text}");
        }
    }

    #[test]
    fn another_address_of_stripe_is_heeded_in_development_only() {
        let base = |hosts: &str| {
            let read = Settings::read(|name| match name {
                "STRIPE_API_BASE" => "http://127.0.0.1:8788/".to_owned(),
                "DEV_HOSTS" => hosts.to_owned(),
                WEBHOOK_SECRETS => "whsec_a".to_owned(),
                ADMIN_TOKENS => "{}".to_owned(),
                SEALING_KEYS => SEALING.to_owned(),
                OWN_ACCOUNT => "acct_1".to_owned(),
                _ => String::new(),
            });
            read.unwrap().stripe_base
        };
        assert_eq!(base("127.0.0.1:8788"), "http://127.0.0.1:8788");
        assert_eq!(base(" "), "https://api.stripe.com");
    }
}
