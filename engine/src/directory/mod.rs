//! The directory: which tenants there are, and which of them writes to which app.
//!
//! Tenants share no other state. One directory stands for all of them in a deployment.

use daicho_core::kintone::AppAddress;
use daicho_core::stripe::AccountId;
use daicho_core::tenant::{Mode, TenantName};

use crate::error::EngineError;
use crate::kintone::address_key;
use crate::port::{Millis, Row, Sql, SqlError, Statements};
use crate::store::{self, Migration};

/// The directory's schema, version by version.
const SCHEMA: &[Migration] = &[Migration { version: 1, sql: include_str!("v1.sql") }];

/// The directory over its own database.
pub struct Directory<S> {
    sql: S,
}

impl<S: Sql> Directory<S> {
    /// Opens the directory on its database.
    ///
    /// # Errors
    /// The database refused, or belongs to a newer Daicho.
    pub fn open(sql: S, now: Millis) -> Result<Self, EngineError> {
        store::migrate(&sql, SCHEMA, now)?;
        Ok(Self { sql })
    }

    /// Notes a tenant, so that the cron's call finds it.
    ///
    /// # Errors
    /// The database refused.
    pub fn register(&self, tenant: &TenantName, now: Millis) -> Result<(), SqlError> {
        let [account, mode] = columns(tenant);
        let known = "SELECT 1 FROM tenant WHERE account = ?1 AND mode = ?2";
        let insert = "INSERT INTO tenant (account, mode, since) VALUES (?1, ?2, ?3)";
        self.sql.transaction(|tx| {
            if tx.exec(known, &[account.as_str().into(), mode.as_str().into()])?.is_empty() {
                tx.exec(insert, &[account.into(), mode.into(), now.into()])?;
            }
            Ok(())
        })
    }

    /// All tenants.
    ///
    /// # Errors
    /// The database refused, or a row does not hold a tenant's name.
    pub fn tenants(&self) -> Result<Vec<TenantName>, EngineError> {
        let rows = self.sql.read("SELECT account, mode FROM tenant ORDER BY account, mode", &[])?;
        rows.iter().map(name).collect()
    }

    /// Makes the tenant's claims exactly these apps. Answers those that another tenant holds; of them
    /// nothing is claimed. A live claim refuses every other tenant, a test claim yields to a live one.
    ///
    /// # Errors
    /// The database refused; nothing was changed.
    pub fn claim(
        &self,
        tenant: &TenantName,
        apps: &[AppAddress],
        now: Millis,
    ) -> Result<Vec<AppAddress>, EngineError> {
        let [account, mode] = columns(tenant);
        self.sql.transaction(|tx| {
            let release = "DELETE FROM claim WHERE account = ?1 AND mode = ?2 AND app NOT IN (SELECT value FROM json_each(?3))";
            let kept = serde_json::Value::from(apps.iter().map(address_key).collect::<Vec<_>>()).to_string();
            tx.exec(release, &[account.into(), mode.into(), kept.into()])?;
            let mut refused = Vec::new();
            for app in apps {
                if !take(tx, tenant, app, now)? {
                    refused.push(app.clone());
                }
            }
            Ok(refused)
        })
    }

    /// Of these apps, those that the tenant does not hold.
    ///
    /// # Errors
    /// The database refused.
    pub fn lost(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, EngineError> {
        let mut lost = Vec::new();
        for app in apps {
            let rows = self
                .sql
                .read("SELECT account, mode FROM claim WHERE app = ?1", &[address_key(app).into()])?;
            if rows.first().map(name).transpose()?.as_ref() != Some(tenant) {
                lost.push(app.clone());
            }
        }
        Ok(lost)
    }
}

/// Claims one app; `false` when another tenant holds it.
fn take(
    tx: &dyn Statements,
    tenant: &TenantName,
    app: &AppAddress,
    now: Millis,
) -> Result<bool, EngineError> {
    let rows = tx.exec("SELECT account, mode FROM claim WHERE app = ?1", &[address_key(app).into()])?;
    match rows.first().map(name).transpose()? {
        Some(holder) if holder == *tenant => return Ok(true),
        Some(holder) if !yields(&holder, tenant) => return Ok(false),
        _ => {}
    }
    let [account, mode] = columns(tenant);
    let sql = "INSERT INTO claim (app, account, mode, since) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (app) DO UPDATE SET account = excluded.account, mode = excluded.mode,
                 since = excluded.since";
    tx.exec(sql, &[address_key(app).into(), account.into(), mode.into(), now.into()])?;
    Ok(true)
}

fn yields(holder: &TenantName, to: &TenantName) -> bool {
    holder.mode == Mode::Test && to.mode == Mode::Live
}

fn columns(tenant: &TenantName) -> [String; 2] {
    [tenant.account.to_string(), tenant.mode.to_string()]
}

fn name(row: &Row) -> Result<TenantName, EngineError> {
    let stored = || EngineError::Stored { what: "tenant" };
    let account = AccountId::parse(row.text(0)?).map_err(|_| stored())?;
    let mode = match row.text(1)? {
        "live" => Mode::Live,
        "test" => Mode::Test,
        _ => return Err(stored()),
    };
    Ok(TenantName { account, mode })
}

#[cfg(test)]
mod tests {
    use daicho_core::kintone::AppId;

    use super::*;
    use crate::port::rusqlite::Rusqlite;

    fn tenant(account: &str, mode: Mode) -> TenantName {
        TenantName { account: AccountId::parse(account).unwrap(), mode }
    }

    fn app(number: u64) -> AppAddress {
        AppAddress { domain: "example.cybozu.com".to_owned(), guest_space: None, app: AppId(number) }
    }

    fn directory() -> Directory<Rusqlite> {
        Directory::open(Rusqlite::in_memory().unwrap(), 0).unwrap()
    }

    #[test]
    fn a_tenant_is_registered_once() {
        let (directory, name) = (directory(), tenant("acct_1", Mode::Test));
        directory.register(&name, 1).unwrap();
        directory.register(&name, 2).unwrap();
        assert_eq!(directory.tenants().unwrap(), [name]);
    }

    #[test]
    fn a_live_claim_refuses_every_other_tenant() {
        let (directory, holder) = (directory(), tenant("acct_1", Mode::Live));
        assert_eq!(directory.claim(&holder, &[app(1)], 0).unwrap(), []);
        for other in [tenant("acct_2", Mode::Live), tenant("acct_1", Mode::Test)] {
            assert_eq!(directory.claim(&other, &[app(1), app(2)], 0).unwrap(), [app(1)]);
            assert_eq!(directory.lost(&other, &[app(1), app(2)]).unwrap(), [app(1)]);
            directory.claim(&other, &[], 0).unwrap();
        }
        assert_eq!(directory.lost(&holder, &[app(1)]).unwrap(), []);
    }

    #[test]
    fn a_test_claim_yields_to_a_live_one_and_to_no_test_one() {
        let (directory, holder) = (directory(), tenant("acct_1", Mode::Test));
        directory.claim(&holder, &[app(1)], 0).unwrap();
        assert_eq!(directory.claim(&tenant("acct_2", Mode::Test), &[app(1)], 0).unwrap(), [app(1)]);
        assert_eq!(directory.claim(&tenant("acct_2", Mode::Live), &[app(1)], 0).unwrap(), []);
        assert_eq!(directory.lost(&holder, &[app(1)]).unwrap(), [app(1)]);
    }

    #[test]
    fn a_claim_ends_when_the_connections_drop_the_app() {
        let (directory, holder) = (directory(), tenant("acct_1", Mode::Live));
        directory.claim(&holder, &[app(1), app(2)], 0).unwrap();
        directory.claim(&holder, &[app(2)], 0).unwrap();
        assert_eq!(directory.claim(&tenant("acct_2", Mode::Live), &[app(1), app(2)], 0).unwrap(), [app(2)]);
    }
}
