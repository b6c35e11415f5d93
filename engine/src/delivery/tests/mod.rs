//! Delivery against the sandbox's kintone, and against answers that go wrong.

mod faults;
mod flow;
mod isolation;
mod people;
mod policies;
