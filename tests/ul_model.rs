//! Model checking: the requestor's association against the acceptor's, and every order in which things can happen.
//!
//! PS3.8 9.2. Where `ul_pair.rs` throws dice, this goes every way there is: each user gives each command whenever he
//! may, PDUs arrive early or late, ARTIM expires at once or never, connections are dropped and lost at any moment.
//! Nothing waits for ever, both ends come to Sta1, each association ends once for each user, no data comes that was
//! not sent, and who has said his last word is silent.

use std::collections::BTreeSet;

use ldicomnet::ul::{Action, Event, Role, State, transition};
use stateright::{Checker, Model};

#[path = "ul_model/machine.rs"]
mod machine;
#[path = "ul_model/pair.rs"]
mod pair;
#[path = "ul_model/rules.rs"]
mod rules;

use machine::Machine;
use pair::{Pairs, ROLES, Scope};

type Cells = BTreeSet<(State, Event)>;

/// Checks every run of the scope, and gives the cells of Table 9-10 that each side came by.
fn check(scope: Scope) -> [Cells; 2] {
    let (alphabet, machines) = Machine::both();
    let sizes = machines.each_ref().map(Machine::len);
    let checker = Pairs { machines, alphabet, scope }.checker().threads(2).spawn_bfs().join();
    println!(
        "{} states, {} ways into them, depth {}; the machines have {sizes:?}",
        checker.unique_state_count(),
        checker.state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
    checker.model().machines.each_ref().map(|machine| machine.cells_walked().collect())
}

/// The cells of Table 9-10 that this side can come by. `honest`: the other does not break the protocol.
fn expected(role: Role, honest: bool) -> Cells {
    use State::{Sta2, Sta3, Sta4, Sta5, Sta9, Sta10, Sta11, Sta12};
    let (elsewhere, begins_elsewhere) = match role {
        Role::Requestor => ([Sta2, Sta3, Sta10, Sta12], Event::Evt5),
        Role::Acceptor => ([Sta4, Sta5, Sta9, Sta11], Event::Evt1),
    };
    // What only a peer can cause that breaks the protocol.
    let is_foul = |state, event, action| {
        let comes_before_the_request =
            state == Sta2 && !matches!(event, Event::Evt6 | Event::Evt17 | Event::Evt18);
        let answers_an_acceptor = role == Role::Acceptor && matches!(event, Event::Evt3 | Event::Evt4);
        matches!(action, Action::AA7 | Action::AA8) || comes_before_the_request || answers_an_acceptor
    };
    let cells = State::ALL.into_iter().flat_map(|state| Event::ALL.map(|event| (state, event)));
    cells
        .filter(|(state, event)| !elsewhere.contains(state) && *event != begins_elsewhere)
        .filter(|&(state, event)| {
            let cell = transition(state, event);
            cell.is_some_and(|cell| !honest || !is_foul(state, event, cell.action))
        })
        .collect()
}

/// A model that does not come to what it is to prove proves nothing.
fn covers(found: &[Cells; 2], honest: bool) {
    for (role, found) in ROLES.into_iter().zip(found) {
        let expected = expected(role, honest);
        let missed: Vec<_> = expected.difference(found).collect();
        assert!(missed.is_empty(), "the {role:?} never came by {missed:?}");
        let of_table = found.iter().filter(|(state, event)| transition(*state, *event).is_some());
        // A requestor's connection that opens before its request is no event of the table.
        let of_role = of_table.filter(|(_, event)| role == Role::Acceptor || *event != Event::Evt5);
        let more: Vec<_> = of_role.filter(|cell| !expected.contains(cell)).collect();
        assert!(more.is_empty(), "the {role:?} came by {more:?}, which an honest peer cannot cause");
        println!("the {role:?} came by {} cells", expected.len());
    }
}

#[test]
fn two_honest_ends_come_to_their_end_in_every_order_of_things() {
    let found = check(Scope { data: 3, intrusions: 0, losses: true });
    covers(&found, true);
}

#[test]
fn one_pdu_that_nobody_sent_anywhere_keeps_neither_end_from_its_end() {
    let found = check(Scope { data: 1, intrusions: 1, losses: true });
    covers(&found, false);
}

/// Two: the second comes when the first has ended the association, and is not answered for ever (AA-7).
#[test]
fn two_pdus_that_nobody_sent_keep_neither_end_from_its_end() {
    check(Scope { data: 0, intrusions: 2, losses: false });
}
