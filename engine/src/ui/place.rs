//! Where apps and records are, for a person to open.

use daicho_core::connections::AppConnection;
use daicho_core::kintone::Host;

use crate::settings::Settings;

/// The page of an app; empty where the connection names no host of kintone's.
pub(super) fn app_url(settings: &Settings, app: &AppConnection) -> String {
    let host = Host::parse(&app.domain, &settings.dev_hosts);
    host.map(|host| host.app_url(app.app, app.guest_space)).unwrap_or_default()
}

/// The page of a record.
pub(super) fn record_url(settings: &Settings, app: &AppConnection, record: &str) -> Option<String> {
    let host = Host::parse(&app.domain, &settings.dev_hosts).ok()?;
    Some(host.record_url(app.app, app.guest_space, record))
}
