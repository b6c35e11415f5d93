//! `daicho`, the command.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use daicho_cli::{Arguments, Ended, run};

fn main() -> ExitCode {
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    match run(Arguments::parse(), &mut input, &mut output) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Refused) => ExitCode::FAILURE,
        Ok(Ended::Unusable) => ExitCode::from(2),
        Err(error) => {
            // Nowhere else to complain if standard error is gone.
            drop(writeln!(std::io::stderr(), "daicho: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
