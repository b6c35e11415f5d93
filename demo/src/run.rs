//! One run of the scenario, from starting everything to the judge's verdict.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use daicho_harness::{Dashboard, Runtime, Worker};
use serde_json::Value;

use crate::command::Command;
use crate::judge::{History, Kind, Verdict, judge};
use crate::scenario::{Scenario, Stage};
use crate::services::{self, Services};
use crate::{CUSTOMERS, LagMs, Progress, Report, SUBSCRIPTIONS, lag};

/// How long nothing new may arrive in kintone before the run gives up. Stripe's local retries are
/// at most a minute apart.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at both services.
const LOOK: Duration = Duration::from_millis(400);
/// Between two changes of the trickle in a run that ends.
const BRISK: Duration = Duration::from_millis(100);
/// Between two changes for people to watch.
const CALM: Duration = Duration::from_millis(1_200);

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where state and logs stand. Emptied by the caller (`Workspace::fresh_dir`).
    pub dir: PathBuf,
    /// The page's port.
    pub port: Option<u16>,
    /// The Worker's port.
    pub worker_port: Option<u16>,
    /// The port of the Dashboard's stand-in.
    pub dashboard_port: Option<u16>,
    /// Whether the stand-in is started; it and the app must have been built.
    pub dashboard: bool,
    /// What names, amounts and changes follow from.
    pub seed: u64,
    /// Changes after the shop has opened.
    pub changes: usize,
    /// Runs the Worker's build for tests.
    pub test_build: bool,
    /// What runs the Worker.
    pub runtime: Runtime,
    /// How many requests a day each app may get, in place of the usual share.
    pub daily_requests: Option<u32>,
}

impl Options {
    /// A run in `dir`, on free ports.
    #[must_use]
    pub fn in_dir(dir: PathBuf) -> Self {
        Self {
            dir,
            port: Some(0),
            worker_port: Some(0),
            dashboard_port: Some(0),
            dashboard: false,
            seed: 1,
            changes: 60,
            test_build: false,
            runtime: Runtime::default(),
            daily_requests: None,
        }
    }
}

/// Called after each stage with the Worker, which it may kill and start again.
pub type Hook<'h> =
    dyn for<'w> FnMut(Stage, &'w mut Worker) -> Pin<Box<dyn Future<Output = Result<()>> + 'w>> + 'h;

/// Does nothing.
pub fn no_hook(_: Stage, _: &mut Worker) -> Pin<Box<dyn Future<Output = Result<()>> + '_>> {
    Box::pin(std::future::ready(Ok(())))
}

/// A demo under way. Dropping it ends all that it started.
pub struct Demo {
    options: Options,
    pub(crate) services: Services,
    pub(crate) scenario: Scenario,
    history: History,
    /// The next part of the histories.
    next: String,
    stripe: Vec<Value>,
    kintone: Vec<Value>,
    begun: Instant,
}

impl Demo {
    /// Starts sandbox and Worker and configures the tenant.
    ///
    /// # Errors
    /// What could not be started, and what to do.
    pub async fn start(options: Options, progress: &mut dyn Progress) -> Result<Self> {
        let services = services::start(&options, progress).await?;
        let scenario = Scenario::new(services.sandbox.stripe()?, options.seed)?;
        Ok(Self {
            options,
            services,
            scenario,
            history: History::default(),
            next: "0".to_owned(),
            stripe: Vec::new(),
            kintone: Vec::new(),
            begun: Instant::now(),
        })
    }

    /// The page that shows both sides.
    pub fn page(&self) -> &str {
        self.services.sandbox.url()
    }

    /// The Dashboard's stand-in, with the Stripe App in it.
    pub fn dashboard(&self) -> Option<&str> {
        self.services.dashboard.as_ref().map(Dashboard::url)
    }

    /// Runs the scenario to its end and judges it. A [`Report`] that is not good is a failure too;
    /// the error that comes with it says what is wrong.
    ///
    /// # Errors
    /// If something cannot be done or does not arrive.
    pub async fn run_once(
        &mut self,
        hook: &mut Hook<'_>,
        progress: &mut dyn Progress,
    ) -> Result<(Report, Result<()>)> {
        self.open(hook, progress).await?;
        progress.begin("a trickle of changes");
        for number in 0..self.options.changes {
            let what = self.scenario.change(number).await?;
            progress.at(&format!("{} of {}: {what}", number + 1, self.options.changes));
            hook(Stage::Changes(number + 1), &mut self.services.worker).await?;
            tokio::time::sleep(BRISK).await;
        }
        let verdict = self.settle(progress).await?;
        let report = self.report(&verdict.0).await?;
        Ok((report, verdict.1.and_then(|()| self.counted_right())))
    }

    /// Opens the shop and then changes something about every second, until it is dropped.
    ///
    /// # Errors
    /// If something cannot be done.
    pub async fn run_on(&mut self, progress: &mut dyn Progress) -> Result<()> {
        self.open(&mut no_hook, progress).await?;
        progress.begin("a trickle of changes until Ctrl-C");
        for number in 0.. {
            let what = self.scenario.change(number).await?;
            progress.at(&format!("{}: {what}", number + 1));
            self.services.worker.check()?;
            self.services.sandbox.check()?;
            if let Some(dashboard) = &mut self.services.dashboard {
                dashboard.check()?;
            }
            tokio::time::sleep(CALM).await;
        }
        Ok(())
    }

    async fn open(&mut self, hook: &mut Hook<'_>, progress: &mut dyn Progress) -> Result<()> {
        self.begun = Instant::now();
        self.scenario.open_shop(&mut self.services.worker, hook, progress).await?;
        let (_, arrived) = self.settle(progress).await?;
        arrived?;
        hook(Stage::Settled, &mut self.services.worker).await
    }

    /// Waits until kintone shows everything, as long as there is progress.
    pub(crate) async fn settle(&mut self, progress: &mut dyn Progress) -> Result<(Verdict, Result<()>)> {
        progress.begin("waiting until kintone shows everything");
        let mut last = (Instant::now(), Verdict::default());
        loop {
            let verdict = self.look().await?;
            if verdict.is_good() {
                return Ok((verdict, Ok(())));
            }
            progress.at(&format!(
                "{} records; {} objects without one, {} fields differ",
                verdict.records, verdict.missing, verdict.differing
            ));
            self.services.worker.check()?;
            self.services.sandbox.check()?;
            if verdict != last.1 {
                last = (Instant::now(), verdict);
            } else if last.0.elapsed() > PATIENCE {
                // What counts is what kintone holds now, not how it came to that.
                let state = self.services.sandbox.admin()?.get("/_sandbox/state").await?;
                let verdict = judge(&self.history, &state["kintone"]);
                let error = self.what_is_missing(&verdict).await;
                return Ok((verdict, Err(error)));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// By the histories, which cost little to follow, and once they agree by kintone's whole state.
    async fn look(&mut self) -> Result<Verdict> {
        self.follow().await?;
        let verdict = judge(&self.history, &lag::last_records(&self.kintone, &self.services.apps));
        if !verdict.is_good() {
            return Ok(verdict);
        }
        let state = self.services.sandbox.admin()?.get("/_sandbox/state").await?;
        self.follow().await?;
        Ok(judge(&self.history, &state["kintone"]))
    }

    async fn follow(&mut self) -> Result<()> {
        let admin = self.services.sandbox.admin()?;
        let new = admin.get(&format!("/_sandbox/history?since={}", self.next)).await?;
        let part = |name: &str| new[name].as_array().cloned().unwrap_or_default();
        let stripe = part("stripe");
        self.history.follow(&stripe);
        self.stripe.extend(stripe);
        self.kintone.extend(part("kintone"));
        new["next"].as_str().unwrap_or("0").clone_into(&mut self.next);
        Ok(())
    }

    async fn what_is_missing(&self, verdict: &Verdict) -> anyhow::Error {
        let status = match Command::built(&self.options.dir).await {
            Ok(command) => command.with(&self.services.worker).status().await,
            Err(error) => Err(error),
        };
        let status = status.unwrap_or_else(|error| format!("(no status: {error:#})"));
        anyhow::anyhow!(
            "nothing new arrived in kintone for {} s, and it does not agree with Stripe: {} objects have no \
             record, {} fields differ, {} records are too many, {} of {} fields could be compared.\n  {}\n\
             The Worker's status: {status}\nIts log: {}",
            PATIENCE.as_secs(),
            verdict.missing,
            verdict.differing,
            verdict.surplus,
            verdict.fields_compared,
            verdict.fields_expected,
            verdict.named.join("\n  "),
            self.options.dir.join("worker.log").display(),
        )
    }

    /// Whether Stripe holds what the scenario made, by the scenario's own tally.
    fn counted_right(&self) -> Result<()> {
        let made = self.scenario.made;
        ensure!(
            made.customers >= CUSTOMERS && made.subscriptions >= SUBSCRIPTIONS,
            "the scenario made too little: {made:?}"
        );
        for (kind, wanted) in [
            (Kind::Customer, made.customers),
            (Kind::Subscription, made.subscriptions),
            (Kind::Invoice, made.invoices),
        ] {
            let found = self.history.count(kind);
            if found != wanted {
                bail!("{wanted} objects of type {} were made, and Stripe shows {found}", kind.object());
            }
        }
        Ok(())
    }

    async fn report(&self, verdict: &Verdict) -> Result<Report> {
        let counters = self.services.sandbox.admin()?.get("/_sandbox/counters").await?;
        let count = |part: &str, name: &str| counters[part][name].as_u64().unwrap_or_default();
        // One request of the setting up, the webhook endpoint, is not the Worker's either.
        let own = self.scenario.shop.requests() + 1;
        Ok(Report {
            customers: self.history.count(Kind::Customer),
            subscriptions: self.history.count(Kind::Subscription),
            invoices: self.history.count(Kind::Invoice),
            events_sent: count("stripe", "events"),
            records_in_kintone: verdict.records,
            fields_compared: verdict.fields_compared,
            mismatches: verdict.mismatches(),
            lag_ms: LagMs::of(lag::lags(&self.stripe, &self.kintone, &self.services.apps)),
            kintone_requests: count("requests", "kintone"),
            stripe_requests: count("requests", "stripe").saturating_sub(own),
            seconds: (self.begun.elapsed().as_secs_f64() * 10.0).round() / 10.0,
        })
    }
}
