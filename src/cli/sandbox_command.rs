//! `sandbox`.

use std::net::{Ipv4Addr, SocketAddr};

use crate::cli::failure::Failure;
use crate::cli::sandbox_args::{
    CreateArguments, FaultArguments, ListArguments, SandboxArguments, SandboxSignInArguments,
};
use crate::cli::terminal::say;
use crate::model::{ExitCode, count_of};
use crate::sandbox::{
    CreateOddities, Faults, ListOddities, NoticeSink, RateLimit, Sandbox, SandboxError,
    SandboxOptions, SignInWays,
};

/// Serves until Ctrl-C.
pub(super) fn serve_sandbox(arguments: &SandboxArguments) -> Result<ExitCode, Failure> {
    let options = SandboxOptions {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)),
        data: arguments.data.clone(),
        error_style: arguments.error_style,
        faults: faults(&arguments.faults),
        creates: create_oddities(&arguments.creates),
        lists: list_oddities(&arguments.lists),
        seed: arguments.faults.seed,
        token: arguments.token.clone(),
        sign_in: sign_in_ways(&arguments.sign_in),
        tenant: arguments.tenant,
        on_notice: Some(NoticeSink::new(say)),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).map_err(|error| failure(&error))?;
    say(&format!("listening on {}", sandbox.base_url()));
    say(if arguments.sign_in.require_login {
        "stop it with Ctrl-C; only tokens that `leadferry login` gets here will do"
    } else {
        "stop it with Ctrl-C; any token and tenant will do unless you named one"
    });
    wait_for_interrupt()?;
    let counts = sandbox.counts();
    say(&format!(
        "{} answered, {} created, {} and {}",
        count_of(counts.requests, "request"),
        count_of(counts.created, "lead"),
        count_of(counts.logins, "login"),
        count_of(counts.refreshes, "renewal")
    ));
    sandbox.stop().map_err(|error| failure(&error))?;
    Ok(ExitCode::Done)
}

fn failure(error: &SandboxError) -> Failure {
    Failure::of(error)
        .while_doing("the sandbox cannot serve")
        .with_hint(Some(
            "another port (`--port 0` finds a free one) or another file may do",
        ))
}

fn faults(arguments: &FaultArguments) -> Faults {
    let headers = arguments.rate_headers;
    Faults {
        latency: arguments.latency.unwrap_or_default(),
        error_500: arguments.error_500,
        error_500_after_creating: arguments.error_500_after,
        error_503: arguments.error_503,
        closed_before: arguments.close_before,
        closed_after: arguments.close_after,
        created_late: arguments.create_late,
        late_by: arguments.late_by,
        broken_json: arguments.broken_json,
        half_answer: arguments.half_answer,
        no_id: arguments.no_id,
        hang: arguments.hang_after,
        hang_before: arguments.hang_before,
        refuse: arguments.refuse,
        forbid: arguments.forbid,
        only_for: arguments.faults_for.clone(),
        most_times: arguments.fault_times,
        rate_limit: arguments
            .rate_limit
            .map(|limit| RateLimit { headers, ..limit }),
        token_life: arguments.token_life,
    }
}

fn sign_in_ways(arguments: &SandboxSignInArguments) -> SignInWays {
    SignInWays {
        client_id: arguments.client_id.clone(),
        client_secret: arguments.client_secret.clone(),
        required: arguments.require_login,
        denied: arguments.deny_login,
        keeps_refresh_tokens: arguments.no_rotation,
    }
}

fn create_oddities(arguments: &CreateArguments) -> CreateOddities {
    CreateOddities {
        merge_by_email: arguments.merge_by_email,
        conflict_on_twin: arguments.conflict_on_twin,
        idempotency: arguments.honour_idempotency_keys,
    }
}

fn list_oddities(arguments: &ListArguments) -> ListOddities {
    ListOddities {
        ignore_search: arguments.ignore_search,
        ignore_sort: arguments.ignore_sort,
        list_late: arguments.list_late.unwrap_or_default(),
        forbid_lists: arguments.forbid_lists,
        local_times: arguments.local_times,
        few_fields: arguments.few_fields,
        no_totals: arguments.no_totals,
        shift_pages: arguments.shift_pages,
    }
}

fn wait_for_interrupt() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let waited = runtime.and_then(|runtime| runtime.block_on(tokio::signal::ctrl_c()));
    waited.map_err(|error| Failure::of(&error).while_doing("cannot wait for Ctrl-C"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser;

    use super::*;
    use crate::cli::args::{Arguments, Command};

    fn arguments(typed: &str) -> SandboxArguments {
        let words = ["leadferry", "sandbox"].into_iter();
        let typed = words.chain(typed.split_whitespace());
        match Arguments::try_parse_from(typed).unwrap().command {
            Command::Sandbox(arguments) => *arguments,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nothing_is_odd_unless_it_is_asked_for() {
        let arguments = arguments("");
        assert_eq!(list_oddities(&arguments.lists), ListOddities::default());
        let creates = create_oddities(&arguments.creates);
        assert_eq!(creates, CreateOddities::default());
        let faults = faults(&arguments.faults);
        assert_eq!((faults.only_for, faults.most_times), (None, None));
    }

    #[test]
    fn each_flag_asks_for_what_it_is_called() {
        let lists = ListOddities::default;
        for (flag, expected) in [
            (
                "--ignore-search",
                ListOddities {
                    ignore_search: true,
                    ..lists()
                },
            ),
            (
                "--ignore-sort",
                ListOddities {
                    ignore_sort: true,
                    ..lists()
                },
            ),
            (
                "--list-late 3s",
                ListOddities {
                    list_late: Duration::from_secs(3),
                    ..lists()
                },
            ),
            (
                "--forbid-lists --local-times",
                ListOddities {
                    forbid_lists: true,
                    local_times: true,
                    ..lists()
                },
            ),
            (
                "--few-fields --no-totals --shift-pages",
                ListOddities {
                    few_fields: true,
                    no_totals: true,
                    shift_pages: true,
                    ..lists()
                },
            ),
        ] {
            assert_eq!(list_oddities(&arguments(flag).lists), expected, "{flag}");
        }
        let arguments = arguments(
            "--merge-by-email --conflict-on-twin --honour-idempotency-keys 24h \
             --hang-after 1 --faults-for Doe --fault-times 2",
        );
        let creates = CreateOddities {
            merge_by_email: true,
            conflict_on_twin: true,
            idempotency: Some(Duration::from_hours(24)),
        };
        assert_eq!(create_oddities(&arguments.creates), creates);
        let faults = faults(&arguments.faults);
        assert_eq!(faults.only_for.as_deref(), Some("Doe"));
        assert_eq!(faults.most_times, Some(2));
    }
}
