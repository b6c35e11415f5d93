//! Holding the documents against each other, the secrets, and each app's form.

use std::collections::BTreeSet;

use daicho_core::connections::{AppConnection, Connections};
use daicho_core::kintone::{AppAddress, Host, HostRefused};
use daicho_core::mapping::{Compiled, Target};
use daicho_core::validation::{Issue, RefusedBy, Severity, Text, check_target};

use crate::kintone::AppForm;
use crate::port::{Query, SqlError};
use crate::secret;
use crate::settings::Settings;

/// What is wrong with the connections by themselves: hosts, and secrets that are not stored.
pub(super) fn connections(
    sql: &(impl Query + ?Sized),
    settings: &Settings,
    connections: &Connections,
) -> Result<Vec<Issue>, SqlError> {
    let mut issues = Vec::new();
    for (alias, app) in &connections.apps {
        if let Err(refused) = Host::parse(&app.domain, &settings.dev_hosts) {
            issues.push(host_refused(alias, &app.domain, &refused.to_string()));
        }
    }
    for name in secrets_of(connections) {
        if !secret::exists(sql, name)? {
            issues.push(secret_missing(name));
        }
    }
    Ok(issues)
}

/// Aliases of the mapping that the connections do not resolve.
pub(super) fn references(mapping: &Compiled, connections: &Connections) -> Vec<Issue> {
    let targets = mapping.targets();
    let unresolved = targets.filter(|target| !connections.apps.contains_key(&target.app));
    unresolved
        .map(|target| no_connection(&target.name, &target.app))
        .collect()
}

/// The apps that the connections name: what the tenant claims.
pub(crate) fn apps(settings: &Settings, connections: &Connections) -> Vec<AppAddress> {
    let apps = connections.apps.values();
    let addresses = apps
        .filter_map(|app| address(settings, app).ok())
        .collect::<BTreeSet<_>>();
    addresses.into_iter().collect()
}

/// Where an app is.
pub(crate) fn address(settings: &Settings, app: &AppConnection) -> Result<AppAddress, HostRefused> {
    Ok(Host::parse(&app.domain, &settings.dev_hosts)?.address(app.app, app.guest_space))
}

/// A target held against its app's form.
pub(crate) fn mapping_against_form(name: &str, target: &Target, form: &AppForm) -> Vec<Issue> {
    check_target(name, target, &form.form, form.precision())
}

fn secrets_of(connections: &Connections) -> impl Iterator<Item = &String> {
    let apps = connections.apps.values();
    std::iter::once(&connections.stripe_key_ref)
        .chain(apps.flat_map(|app| app.token_refs.iter().chain(app.basic_auth_ref.as_ref())))
}

fn error(code: &str, target: Option<&str>, value: &str, ja: String, en: String) -> Issue {
    Issue {
        code: code.to_owned(),
        severity: Severity::Error,
        refused_by: RefusedBy::Kintone,
        target: target.map(str::to_owned),
        rule: None,
        field: None,
        label: None,
        value: Some(value.to_owned()),
        text: Text { ja, en },
    }
}

fn host_refused(alias: &str, domain: &str, reason: &str) -> Issue {
    error(
        "host_refused",
        None,
        domain,
        format!(
            "接続設定の「{alias}」のdomainはkintoneのドメインではありません。example.cybozu.com の形で書いてください。"
        ),
        format!("The connections' app \"{alias}\": {reason}."),
    )
}

fn secret_missing(name: &str) -> Issue {
    error(
        "secret_missing",
        None,
        name,
        format!("「{name}」が登録されていません。「daicho secret put {name}」で登録してください。"),
        format!("There is no secret \"{name}\". Store it with `daicho secret put {name}`."),
    )
}

fn no_connection(target: &str, alias: &str) -> Issue {
    error(
        "no_connection",
        Some(target),
        alias,
        format!(
            "マッピングのアプリ「{alias}」が接続設定にありません。接続設定の apps に追加してください。"
        ),
        format!(
            "The connections do not name the mapping's app \"{alias}\". Add it to their `apps`."
        ),
    )
}
