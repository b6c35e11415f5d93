//! `daicho`, the command.

use std::io::Write;
use std::process::ExitCode;

use daicho_cli::{Arguments, Ended, Unusable, run};

fn main() -> ExitCode {
    // Colours where there is a terminal that wants them.
    let (mut input, mut output) = (std::io::stdin().lock(), anstream::stdout().lock());
    match run(Arguments::of_this_call(), &mut input, &mut output) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::Refused) => ExitCode::FAILURE,
        Ok(Ended::Unusable) => ExitCode::from(2),
        Err(error) => {
            // Nowhere else to complain if standard error is gone.
            drop(writeln!(std::io::stderr(), "daicho: {error:#}"));
            if error.is::<Unusable>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
