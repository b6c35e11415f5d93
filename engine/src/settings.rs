//! What a tenant is opened with.

use daicho_core::tenant::TenantName;

use crate::secret::SealingKeys;

/// Half of what Cloudflare lets one run make on its paid plan ("Workers: Limits", Subrequests). What is under
/// way then goes on, each within a bound of its own: five apps' batches (some 25 requests each where one has to
/// be taken apart), four reads (31 for an object with long lists, 46 for a turn of a customer's list) and a
/// job's step (a page, or one object of it that the list cut: 31). Together some 350 requests at most.
const REQUESTS_PER_RUN: u64 = 500;

/// What a tenant is opened with: its name, and what the deployment's configuration says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The tenant's name.
    pub name: TenantName,
    /// The keys that its secrets are sealed under.
    pub sealing: SealingKeys,
    /// Hosts that stand for kintone in development (`127.0.0.1:8788`); none in a release.
    pub dev_hosts: Vec<String>,
    /// How many events are kept while the tenant is not configured. Beyond it Stripe is told to keep them.
    pub waiting_cap: usize,
    /// After so many requests one run of the alarm begins nothing new; what is under way makes some more.
    pub requests_per_run: u64,
}

impl Settings {
    /// The usual settings of a tenant.
    #[must_use]
    pub fn new(name: TenantName, sealing: SealingKeys) -> Self {
        Self { name, sealing, dev_hosts: Vec::new(), waiting_cap: 10_000, requests_per_run: REQUESTS_PER_RUN }
    }
}
