//! The model: a requestor and an acceptor, a queue of bytes from each to the other, and all that can happen to them.
//!
//! PS3.8 section 9. The ends are the real machines of `machine.rs`; users, network and drivers are here, and each does
//! what it may at any moment. What must not happen is written into the state as a foul, so that the checker shows the
//! way there.

use stateright::{Model, Property};

use ldicomnet::pdu::PduType;
use ldicomnet::ul::{Role, State};

use super::machine::{Alphabet, Call, Command, Machine, Pdu, Todo, Told};
use super::rules::{Foul, How, Speech, User};

/// PDUs of a queue before its sender waits with data. What a machine sends of its own goes behind them: the driver
/// queues it.
const CAPACITY: usize = 2;

/// More than one step can put into the queues, see [`Pair::progress`].
const QUEUED_BY_A_STEP: usize = 4;

pub(super) const ROLES: [Role; 2] = [Role::Requestor, Role::Acceptor];

/// What may happen, and how often.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    /// P-DATA-TFs of each user.
    pub(super) data: u8,
    /// PDUs that no machine sent.
    pub(super) intrusions: u8,
    /// The network may fail, and users may drop the connection.
    pub(super) losses: bool,
}

pub(super) struct Pairs {
    pub(super) machines: [Machine; 2],
    pub(super) alphabet: Alphabet,
    pub(super) scope: Scope,
}

/// One moment of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    ends: [End; 2],
    /// The network is gone: what leaves now goes nowhere.
    lost: bool,
    intrusions: u8,
    /// Somebody gave up, or something broke: data may be missing, and the end may be any.
    disturbed: bool,
    foul: Option<Foul>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct End {
    machine: u16,
    wire: Wire,
    user: User,
    speech: Speech,
    /// Data sent, and the number of the data that is to come next.
    sent: u8,
    received: u8,
    /// What is on its way to the other end.
    queue: Vec<Item>,
}

/// The transport connection, as an end's driver has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Wire {
    NotYet,
    Open,
    /// The machine asked for its end.
    Closing,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Item {
    Pdu(Pdu),
    /// A P-DATA-TF, with its number.
    Data(u8),
    /// One that no machine sent.
    Intruder(Pdu),
    /// The end of the stream.
    End,
}

/// What happens next; the number is the end's, see [`ROLES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Open(usize),
    /// The end reads what comes next.
    Read(usize),
    /// Its ARTIM expires.
    Expire(usize),
    /// The driver closes the connection, as it was told to, or learns that it is lost.
    Close(usize),
    User(usize, Command),
    /// The user drops the connection.
    Drop(usize),
    /// The network loses the connection.
    Lose,
    /// This goes to the other end, and its machine did not send it.
    Intrude(usize, Pdu),
}

impl Action {
    /// Somebody gives up, or something breaks. Without these, too, everything must go on.
    fn is_misfortune(self) -> bool {
        matches!(self, Self::Drop(_) | Self::Lose | Self::Intrude(..) | Self::User(_, Command::Abort))
    }
}

impl Model for Pairs {
    type State = Pair;
    type Action = Action;

    fn init_states(&self) -> Vec<Pair> {
        let end = End {
            machine: 0,
            wire: Wire::NotYet,
            user: User::Nothing,
            speech: Speech::Nothing,
            sent: 0,
            received: 0,
            queue: Vec::new(),
        };
        let ends = [end.clone(), end];
        vec![Pair { ends, lost: false, intrusions: 0, disturbed: false, foul: None }]
    }

    fn actions(&self, pair: &Pair, actions: &mut Vec<Action>) {
        if pair.foul.is_some() {
            return;
        }
        for (index, end) in pair.ends.iter().enumerate() {
            let is_open = matches!(end.wire, Wire::Open | Wire::Closing);
            if end.wire == Wire::NotYet && !pair.lost {
                actions.push(Action::Open(index));
            }
            if is_open && !pair.ends[1 - index].queue.is_empty() {
                actions.push(Action::Read(index));
            }
            if self.machines[index].artim_runs(end.machine) {
                actions.push(Action::Expire(index));
            }
            if end.wire == Wire::Closing || (pair.lost && end.wire != Wire::Closed) {
                actions.push(Action::Close(index));
            }
            for command in Command::ALL {
                if self.may_give(end, index, command) {
                    actions.push(Action::User(index, command));
                }
            }
            if self.scope.losses && end.wire == Wire::Open {
                actions.push(Action::Drop(index));
            }
            if pair.intrusions < self.scope.intrusions && end.wire == Wire::Open {
                actions.extend(self.alphabet.all().map(|pdu| Action::Intrude(index, pdu)));
            }
        }
        if self.scope.losses && !pair.lost && pair.ends.iter().any(|end| end.wire != Wire::Closed) {
            actions.push(Action::Lose);
        }
    }

    fn next_state(&self, last: &Pair, action: Action) -> Option<Pair> {
        let mut next = last.clone();
        if let Err(foul) = self.happen(&mut next, action).and_then(|()| self.check(last, &next)) {
            next.foul = Some(foul);
        } else if next.progress() <= last.progress() {
            next.foul = Some(format!("{action:?} leads nowhere"));
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no foul", |_, pair: &Pair| pair.foul.is_none()),
            Property::always("it can go on without misfortune, or is over", |model: &Self, pair: &Pair| {
                let mut actions = Vec::new();
                model.actions(pair, &mut actions);
                model.is_over(pair) || !actions.iter().all(|action| action.is_misfortune())
            }),
            Property::always("what is over stays over", |model: &Self, pair: &Pair| {
                let mut actions = Vec::new();
                model.actions(pair, &mut actions);
                !model.is_over(pair) || actions.is_empty()
            }),
            // No step leads back, see `progress`, so that this is not blind for circles.
            Property::eventually("both are in Sta1 and their users know", |model: &Self, pair: &Pair| {
                model.is_over(pair)
            }),
            Property::always(
                "without misfortune all data arrives and both release or are rejected",
                |model: &Self, pair: &Pair| pair.disturbed || !model.is_over(pair) || pair.ended_well(),
            ),
            Property::sometimes("a collision ends in release on both sides", |model: &Self, pair: &Pair| {
                let both_asked =
                    pair.ends[0].speech == Speech::Both && pair.ends[1].speech == Speech::LastWord;
                both_asked && model.is_over(pair) && pair.ended_well()
            }),
        ]
    }
}

impl Pairs {
    /// Every command that the user may give by what he knows; the machine must take it.
    fn may_give(&self, end: &End, index: usize, command: Command) -> bool {
        let may_speak = match command {
            Command::Associate => matches!(end.wire, Wire::NotYet | Wire::Open),
            Command::Send => end.sent < self.scope.data && end.queue.len() < CAPACITY,
            _ => true,
        };
        may_speak && end.user.does(ROLES[index], command).is_some()
    }

    fn happen(&self, pair: &mut Pair, action: Action) -> Result<(), Foul> {
        match action {
            Action::Open(index) => {
                pair.ends[index].wire = Wire::Open;
                self.call(pair, index, Call::Opened)
            }
            Action::Read(index) => self.read(pair, index),
            Action::Expire(index) => {
                // Who has not said anything has waited in vain; else it is the end of what had ended.
                pair.disturbed |= pair.ends[index].speech == Speech::Nothing;
                self.call(pair, index, Call::Expired)
            }
            Action::Close(index) => self.close(pair, index),
            Action::User(index, command) => self.obey(pair, index, command),
            Action::Drop(index) => {
                pair.disturbed = true;
                pair.send(index, Item::End);
                self.close(pair, index)
            }
            Action::Lose => {
                pair.disturbed = true;
                pair.lost = true;
                // Nobody has heard of the connection that the acceptor was to have.
                if pair.ends[1].wire == Wire::NotYet {
                    pair.ends[1].wire = Wire::Closed;
                }
                // Nor has a requestor who had not asked yet anything to be told.
                if pair.ends[0].wire == Wire::NotYet && pair.ends[0].user == User::Nothing {
                    pair.ends[0].wire = Wire::Closed;
                }
                Ok(())
            }
            Action::Intrude(index, pdu) => {
                pair.disturbed = true;
                pair.intrusions += 1;
                pair.send(index, Item::Intruder(pdu));
                Ok(())
            }
        }
    }

    /// The first of what is on its way to this end.
    fn read(&self, pair: &mut Pair, index: usize) -> Result<(), Foul> {
        let item = pair.ends[1 - index].queue.remove(0);
        let end = &mut pair.ends[index];
        let pdu = match item {
            Item::End => return self.close(pair, index),
            Item::Data(_) => self.alphabet.data(),
            Item::Pdu(pdu) | Item::Intruder(pdu) => pdu,
        };
        let is_taken = self.machines[index].step(end.machine, Call::Read(pdu)).taken;
        if is_taken {
            let can_take = matches!(end.user, User::Established(release) if !release.indicated);
            if pdu.pdu_type != Some(PduType::DataTf) || !can_take {
                return Err(format!("the {:?}'s user gets {item:?} as {:?}", ROLES[index], end.user));
            }
        }
        if let (true, Item::Data(number)) = (is_taken, item) {
            if number != end.received {
                return Err(format!("data {number} instead of {}", end.received));
            }
            end.received += 1;
        }
        self.call(pair, index, Call::Read(pdu))
    }

    /// The connection is gone, for this end.
    fn close(&self, pair: &mut Pair, index: usize) -> Result<(), Foul> {
        pair.ends[index].wire = Wire::Closed;
        // Nobody reads this any more.
        pair.ends[1 - index].queue.clear();
        let told = &self.machines[index].step(pair.ends[index].machine, Call::Closed).todo;
        let is_last = told.iter().rev().position(|todo| *todo == Todo::Indicate(Told::TransportClosed));
        let once = told.iter().filter(|todo| **todo == Todo::Indicate(Told::TransportClosed)).count() == 1;
        if is_last != Some(0) || !once {
            return Err(format!("the {:?} learns of the end of the connection as {told:?}", ROLES[index]));
        }
        self.call(pair, index, Call::Closed)
    }

    fn obey(&self, pair: &mut Pair, index: usize, command: Command) -> Result<(), Foul> {
        let (role, intruded) = (ROLES[index], pair.intrusions > 0);
        let end = &mut pair.ends[index];
        let (sent, was_open) = (end.sent, end.wire == Wire::Open);
        end.user = end.user.does(role, command).unwrap_or(end.user);
        pair.disturbed |= command == Command::Abort;
        if command == Command::Send {
            end.sent += 1;
            end.speech = end.speech.says(role, PduType::DataTf, intruded)?;
            pair.send(index, Item::Data(sent));
        }
        self.call(pair, index, Call::User(command))?;
        if command == Command::Abort && was_open && pair.ends[index].speech != Speech::LastWord {
            return Err(format!("the {role:?}'s user aborts, and the other end is not told"));
        }
        Ok(())
    }

    /// Gives a call to the machine and does what it wants done.
    fn call(&self, pair: &mut Pair, index: usize, call: Call) -> Result<(), Foul> {
        let (role, intruded) = (ROLES[index], pair.intrusions > 0);
        let step = self.machines[index].walk(pair.ends[index].machine, call);
        pair.ends[index].machine = step.to;
        for &todo in &step.todo {
            let end = &mut pair.ends[index];
            match todo {
                Todo::Indicate(told) => end.user = end.user.hears(role, told, intruded)?,
                // Before it is open there is its opening to end, and after that there is nothing.
                Todo::CloseTransport if end.wire <= Wire::Open => {
                    end.wire = Wire::Closing;
                    pair.send(index, Item::End);
                }
                _ if end.wire != Wire::Open => return Err(format!("{todo:?} as {:?}", end.wire)),
                Todo::Transmit(pdu) => {
                    let pdu_type = pdu.pdu_type.unwrap_or(PduType::Abort);
                    end.speech = end.speech.says(role, pdu_type, intruded)?;
                    let may_answer = matches!(end.user, User::Established(release) if release.answered)
                        || end.user == User::Ended(How::Released);
                    if pdu_type == PduType::ReleaseRp && !may_answer {
                        return Err(format!("the {role:?} releases and its user has not"));
                    }
                    pair.send(index, Item::Pdu(pdu));
                }
                Todo::CloseTransport => {}
            }
        }
        Ok(())
    }

    /// What holds at every moment, whatever happened: of the ends that are not what they were.
    fn check(&self, last: &Pair, pair: &Pair) -> Result<(), Foul> {
        for ((index, end), role) in pair.ends.iter().enumerate().zip(ROLES) {
            if *end == last.ends[index] {
                continue;
            }
            let has_nothing_to_wait_for = match end.speech {
                Speech::LastWord | Speech::Repeated => true,
                Speech::Nothing => role == Role::Acceptor && end.user == User::Nothing,
                _ => false,
            };
            // PS3.8 9.1.5: the timer guards an open connection that has no association, yet or any more.
            let should_run = end.wire == Wire::Open && has_nothing_to_wait_for;
            if self.machines[index].artim_runs(end.machine) != should_run {
                return Err(format!("ARTIM of the {role:?} runs: {}", !should_run));
            }
            if end.wire == Wire::Open && !end.user.goes_with(role, end.speech) {
                return Err(format!(
                    "the {role:?} has said {:?}, and its user is {:?}",
                    end.speech, end.user
                ));
            }
            for command in Command::ALL {
                let may = end.user.does(role, command).is_some();
                let is_taken = self.machines[index].step(end.machine, Call::User(command)).taken;
                // Without a connection it is the next association that is asked for.
                if may != is_taken && !(command == Command::Associate && end.wire >= Wire::Closing) {
                    return Err(format!("{command:?} by the {role:?}'s user as {:?}: {is_taken}", end.user));
                }
            }
            // Late and stale calls do no harm.
            let idle = [(Call::Expired, !should_run), (Call::Closed, end.wire == Wire::Closed)];
            for (call, is_stale) in idle {
                let step = self.machines[index].step(end.machine, call);
                if is_stale && (step.to != end.machine || !step.todo.is_empty()) {
                    return Err(format!("{call:?} once more does {:?} for the {role:?}", step.todo));
                }
            }
            if end.received > pair.ends[1 - index].sent {
                return Err(format!("the {role:?}'s user got more data than was sent"));
            }
            // The machine that has closed is as new.
            if end.wire >= Wire::Closing && self.machines[index].state(end.machine) != State::Sta1 {
                return Err(format!("the {role:?} is not in Sta1 when it is over"));
            }
        }
        Ok(())
    }

    /// Both have ended, and have told so.
    fn is_over(&self, pair: &Pair) -> bool {
        let mut ends = pair.ends.iter().enumerate();
        ends.all(|(index, end)| {
            end.wire == Wire::Closed
                && self.machines[index].state(end.machine) == State::Sta1
                && matches!(end.user, User::Nothing | User::Ended(_))
        })
    }
}

impl Pair {
    fn send(&mut self, from: usize, item: Item) {
        let goes_nowhere = self.lost || self.ends[1 - from].wire == Wire::Closed;
        let queue = &mut self.ends[from].queue;
        if !goes_nowhere && queue.last() != Some(&Item::End) {
            queue.push(item);
        }
    }

    fn ended_well(&self) -> bool {
        let [requestor, acceptor] = &self.ends;
        let fate = requestor.user;
        fate == acceptor.user
            && matches!(fate, User::Ended(How::Released | How::Rejected))
            && (requestor.sent, acceptor.sent) == (acceptor.received, requestor.received)
    }

    /// Grows with each step, so that no run is endless: connection, user, speech and what is sent only ever go on,
    /// and whatever else happens takes something from a queue.
    fn progress(&self) -> usize {
        let gone_on =
            |end: &End| end.wire as usize + end.user.rank() + end.speech as usize + usize::from(end.sent);
        let under_way: usize = self.ends.iter().map(|end| end.queue.len()).sum();
        let gone_on: usize = self.ends.iter().map(gone_on).sum();
        let happened = gone_on + usize::from(self.lost) + usize::from(self.intrusions);
        (happened + 100) * QUEUED_BY_A_STEP - under_way
    }
}
