//! What the Stripe App's views ask of a tenant.
//!
//! The Worker has proved the call's signature; here it is decided who may ask what, a change is made
//! once, and an answer is made from what is stored and from what kintone holds just now.

mod caller;
mod configuration;
mod connect;
pub mod contract;
mod drift;
mod failures;
mod home;
mod job;
mod object;
mod once;
mod operation;
mod place;
mod record;
mod refusal;
mod sample;
mod stored;
mod way;

pub use caller::Caller;
pub(crate) use once::{recover, sweep};
pub use operation::{Access, Operation, Operations};
pub use refusal::Refusal;

use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::once::Begun;
use crate::config::{self, Active};
use crate::port::{SqlError, World};
use crate::tenant::Tenant;

/// The property of a change's request that names it, so that a lost answer can be asked for again.
const OPERATION_ID: &str = "operation";

impl<W: World> Tenant<W> {
    /// Carries out one operation. Answers the JSON text of its answer.
    ///
    /// # Errors
    /// [`Refusal`] says why not, and what to do.
    pub async fn ui(&self, operation: Operation, caller: &Caller, request: &str) -> Result<String, Refusal> {
        self.check_access(operation, caller)?;
        let mut request: Value = serde_json::from_str(request).map_err(|_| Refusal::unreadable_request())?;
        if operation.access() == Access::Read {
            return self.carry_out(operation, caller, request).await;
        }
        let id = request.as_object_mut().and_then(|request| request.remove(OPERATION_ID));
        let id = id.as_ref().and_then(Value::as_str);
        let text = format!("{} {request}", operation.name());
        match once::begin(&self.world, &caller.nonce, id, &text, self.world.now())? {
            Begun::Answered(answer) => return Ok(answer),
            Begun::New => {}
        }
        let answer = self.carry_out(operation, caller, request).await;
        if let Some(id) = id {
            // A sample is read again as well: it is all of a customer's, and nothing that is to be kept.
            let kept = answer.as_deref().ok().filter(|_| operation != Operation::Sample);
            once::end(&self.world, id, kept)?;
        }
        answer
    }

    fn check_access(&self, operation: Operation, caller: &Caller) -> Result<(), Refusal> {
        match operation.access() {
            Access::Change if caller.may_change() => Ok(()),
            Access::Change => Err(Refusal::role_needed()),
            Access::Read => {
                let may_read = match config::connections(&self.world)? {
                    Some(connections) => caller.may_read(&connections.read_roles),
                    // Who may read stands in what this version cannot read.
                    None if config::get(&self.world, config::CONNECTIONS)?.is_some() => caller.may_change(),
                    None => true,
                };
                if may_read { Ok(()) } else { Err(Refusal::may_not_read()) }
            }
        }
    }

    /// The mapping and the connections in use.
    fn configured(&self) -> Result<Rc<Active>, Refusal> {
        match self.active() {
            Some(active) => Ok(active),
            None if self.is_unreadable()? => Err(Refusal::configuration_unreadable()),
            None => Err(Refusal::not_configured()),
        }
    }

    /// Whether both documents are stored, and this version cannot use them.
    fn is_unreadable(&self) -> Result<bool, SqlError> {
        let is_stored = self.mapping()?.is_some() && self.connections()?.is_some();
        Ok(is_stored && self.active().is_none())
    }

    async fn carry_out(
        &self,
        operation: Operation,
        caller: &Caller,
        request: Value,
    ) -> Result<String, Refusal> {
        match operation {
            Operation::Home => written(self.ui_home(read(request)?)),
            Operation::Object => written(self.ui_object(read(request)?).await),
            Operation::Sync => written(self.ui_sync(&read(request)?)),
            Operation::Failures => written(self.ui_failures(&read(request)?)),
            Operation::Configuration => written(self.ui_configuration(read(request)?, caller)),
            Operation::TryApp => written(self.ui_try_app(read(request)?).await),
            Operation::Connect => written(self.ui_connect(read(request)?, caller).await),
            Operation::PutMapping => written(self.ui_put_mapping(read(request)?, caller).await),
            Operation::Waive => written(self.ui_waive(read(request)?, caller).await),
            Operation::Resume => written(self.ui_resume(&read(request)?)),
            Operation::Deletions => written(self.ui_deletions(&read(request)?)),
            Operation::Sample => written(self.ui_sample(read(request)?).await),
            Operation::Replay => written(self.ui_replay(read(request)?)),
            Operation::Discard => written(self.ui_discard(&read(request)?, caller)),
            Operation::StartJob => written(self.ui_start_job(&read(request)?)),
            Operation::Job => written(self.ui_job(&read(request)?)),
            Operation::CancelJob => written(self.ui_cancel_job(&read(request)?)),
        }
    }
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, Refusal> {
    serde_json::from_value(request).map_err(|_| Refusal::unreadable_request())
}

fn written(answer: Result<impl Serialize, Refusal>) -> Result<String, Refusal> {
    serde_json::to_string(&answer?).map_err(|_| Refusal::internal())
}

#[cfg(test)]
mod object_tests;
#[cfg(test)]
mod tests;
