//! What the applications of a world do, in their hooks and outside.

use crate::simulation::agent::note_answer;
use crate::simulation::model::{Association, Life, Sending, Sent, Stage};
use crate::simulation::payload::Mark;
use crate::simulation::people::{listen, pause};
use crate::simulation::raw;
use crate::simulation::world::{Role, World, chance, here, rudely};
use ldicomnet::dataset::Content;
use ldicomnet::dimse::{self, CommandSet, command_field};
use ldicomnet::engine::{IpType, Message, StoreDecision};
use ldicomnet::pdu::{Abort, Associate, AssociateForm, AsynchronousOperations, Rejection, Uid};
use ldicomnet::{Error, simulation};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Something that an application does later. An object is named with the life that is meant.
pub(crate) enum Action {
    /// A requestor connects once more, or has done enough.
    Round(u32),
    /// A requestor goes on with its association.
    GoOn(u32, u32),
    Answer(u32, u32, Mark, u8, CommandSet),
    AnswerAssociation(u32, u32, Arc<Associate>),
    AnswerRelease(u32, u32),
    /// A listener accepts one that waits, or refuses it.
    Take(u32),
    Refuse(u32),
    End(u32, u32, Ending),
    /// As `End`, but what is queued for a peer that does not read is left to the stall timer.
    EndStranger(u32, u32),
    /// A listener stops for a while, and listens again.
    Pause(u32),
    Listen(u32),
    Raw(u32),
}

/// How an application ends what it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Release,
    Abort,
    Close,
    Forced,
    /// Closes, and connects again at once.
    Anew,
    /// The object is freed.
    Free,
}

impl Ending {
    pub(crate) fn any() -> Self {
        let all = [Self::Release, Self::Abort, Self::Close, Self::Forced, Self::Anew, Self::Free];
        all[simulation::random(all.len() as u64) as usize]
    }
}

const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
const CT_IMAGE: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
const COMMITMENT: &[u8] = b"1.2.840.10008.1.20.1";
/// The presentation contexts, by the class that each is for.
const CONTEXTS: [(u8, &[u8]); 3] = [(1, VERIFICATION), (3, CT_IMAGE), (5, COMMITMENT)];

pub(crate) fn perform(action: Action) {
    match action {
        Action::Round(name) => round(name),
        Action::GoOn(name, generation) => go_on(name, generation),
        Action::Answer(name, generation, mark, context, command) => {
            answer(name, generation, mark, context, &command);
        }
        Action::AnswerAssociation(name, generation, request) => {
            answer_association(name, generation, &request)
        }
        Action::AnswerRelease(name, generation) => answer_release(name, generation),
        Action::Take(name) => {
            take(name);
        }
        Action::Refuse(name) => {
            if let Some(net) = here(|world| world.net(name)) {
                // None may be waiting any more.
                let _none = net.reject();
            }
        }
        Action::End(name, generation, ending) => end(name, generation, ending),
        Action::EndStranger(name, generation) => end_stranger(name, generation),
        Action::Pause(name) => pause(name),
        Action::Listen(name) => listen(name),
        Action::Raw(number) => raw::go_on(number),
    }
}

pub(crate) fn milliseconds(below: u64) -> Duration {
    Duration::from_millis(simulation::random(below))
}

/// A listener accepts the oldest that waits: the client.
pub(crate) fn take(name: u32) -> Option<u32> {
    let listener = here(|world| world.net(name))?;
    let (client, net) = here(|world| {
        let client = world.enter(Role::Client { listener: name });
        (client, world.net(client).expect("it was entered"))
    });
    if listener.accept(&net).is_err() {
        // None waits any more, or it does not listen: nothing was accepted.
        here(|world| world.actors.remove(&client));
        return None;
    }
    let generation = net.current_generation();
    here(|world| {
        let actor = world.actors.get_mut(&client).expect("it was accepted");
        actor.life = Some(Life::new(generation, Stage::Open, true));
    });
    if rudely(30) {
        let ending = if chance(2) { Ending::Close } else { Ending::Forced };
        end(client, generation, ending);
    } else if rudely(10) {
        here(|world| world.later(milliseconds(20_000), Action::End(client, generation, Ending::any())));
    }
    Some(client)
}

/// A requestor connects, if it has not done enough.
fn round(name: u32) {
    let Some((net, port)) = here(|world| {
        let port = world.ports[simulation::random(world.ports.len() as u64) as usize];
        let messages = simulation::random(world.profile.messages + 1);
        let actor = world.actors.get_mut(&name).filter(|actor| actor.life.is_none())?;
        let Role::Requestor { rounds_left, messages_left, .. } = &mut actor.role else { return None };
        if *rounds_left == 0 {
            let done = world.actors.remove(&name);
            return done.map(|_| None);
        }
        *rounds_left -= 1;
        *messages_left = messages;
        Some(Some((actor.net.clone(), port)))
    })
    .flatten() else {
        return;
    };
    let host: &[u8] = if chance(3) { b"three.a" } else { b"10.0.0.1" };
    // The first address of a name is the listener's.
    match net.connect(b"", 0, host, port.into(), IpType::V4) {
        Ok(()) => here(|world| {
            let generation = net.current_generation();
            let actor = world.actors.get_mut(&name).expect("it connects");
            actor.life = Some(Life::new(generation, Stage::Connecting, false));
            if rudely_here(world, 20) {
                world.later(milliseconds(3000), Action::End(name, generation, Ending::any()));
            }
        }),
        Err(error) => here(|world| {
            if world.profile.is_polite {
                world.violate(format!("{name} cannot connect: {error}"));
            }
            world.later(milliseconds(3000), Action::Round(name));
        }),
    }
}

fn rudely_here(world: &World, one_in: u64) -> bool {
    !world.profile.is_polite && chance(one_in)
}

pub(crate) fn request_association(name: u32, generation: u32) {
    let Some((net, number)) = here(|world| {
        let number = world.number();
        world.life_of(name, generation)?.association = number;
        world.associations.insert(number, Association::default());
        Some((world.net(name)?, number))
    }) else {
        return;
    };
    let mut request = Associate::new(AssociateForm::Request);
    request.set_calling_ae_title(format!("S{number}").as_bytes()).expect("a title");
    for (id, class) in CONTEXTS {
        request.add_context(id, 0, class).expect("a context");
        request
            .add_transfer_syntax(id, Uid::IMPLICIT_VR_LITTLE_ENDIAN.as_bytes())
            .expect("a transfer syntax");
    }
    if chance(2) {
        let (invoked, performed) = (simulation::random(5) as u16, simulation::random(5) as u16);
        request.asynchronous_operations = Some(AsynchronousOperations { invoked, performed });
    }
    let outcome = net.associate_request(&request);
    on_success(name, generation, &outcome, Stage::Requested);
}

/// A call that brings an association further, or fails because the connection has gone meanwhile.
fn on_success(name: u32, generation: u32, outcome: &Result<(), Error>, stage: Stage) {
    here(|world| match outcome {
        Ok(()) => {
            if let Some(life) = world.life_of(name, generation) {
                life.stage = stage;
            }
        }
        Err(error) if world.profile.is_polite => world.violate(format!("{name} to {stage:?}: {error}")),
        Err(_) => {}
    });
}

pub(crate) fn answer_association(name: u32, generation: u32, request: &Associate) {
    let Some(net) =
        here(|world| world.life_of(name, generation).is_some().then(|| world.net(name)).flatten())
    else {
        return;
    };
    if rudely(12) {
        let outcome = net.associate_reject(Rejection { result: 1, source: 1, reason: 1 });
        return on_success(name, generation, &outcome, Stage::Over);
    }
    if rudely(25) {
        return end(name, generation, Ending::any());
    }
    let mut answer = Associate::new(AssociateForm::Accept);
    for context in &request.presentation_contexts {
        let Some(transfer_syntax) = context.transfer_syntaxes.first() else { continue };
        if answer.add_context(context.id, 0, context.abstract_syntax.as_bytes()).is_ok() {
            // A peer that is not of the model may propose anything.
            let _refused = answer.add_transfer_syntax(context.id, transfer_syntax.as_bytes());
        }
    }
    answer.asynchronous_operations = request.asynchronous_operations;
    let outcome = net.associate_accept(&answer);
    let is_ours = here(|world| world.life_of(name, generation).is_some_and(|life| life.association != 0));
    if outcome.is_ok() || is_ours {
        on_success(name, generation, &outcome, Stage::Associated);
    } else {
        end(name, generation, Ending::Abort);
    }
    if outcome.is_ok() && !is_ours && chance(2) {
        // More than any buffer takes, for one that may not read.
        let store = dimse::c_store_rq(1, CT_IMAGE, b"1.2.3", 0, None);
        let _refused = net.send_command(1, store, Some(Content::from(vec![0; 300_000])));
    }
    if outcome.is_ok() && is_ours && chance(4) {
        for _ in 0..=simulation::random(3) {
            send(name, generation);
        }
    }
}

pub(crate) fn answer_release(name: u32, generation: u32) {
    let Some(net) =
        here(|world| world.life_of(name, generation).is_some().then(|| world.net(name)).flatten())
    else {
        return;
    };
    // Between the call and its return the peer may have ended it all.
    here(|world| world.life_of(name, generation).map(Life::answer_release));
    if let Err(error) = net.release_response() {
        here(|world| {
            if world.profile.is_polite {
                world.violate(format!("{name} cannot answer a release: {error}"));
            }
        });
    }
}

/// The requestor's side is told that the association is released.
pub(crate) fn released(name: u32) {
    here(|world| {
        let is_released = |life: &&mut Life| !life.is_acceptor && !life.is_given_up();
        let Some(life) = world.life(name).filter(is_released).cloned() else { return };
        let is_polite = world.profile.is_polite;
        let Some(association) = world.associations.get_mut(&life.association) else { return };
        association.is_released = true;
        let told = (life.sent_bytes, association.forward_received_bytes);
        let complete = association.is_complete(is_polite);
        if association.is_taken && told.0 != told.1 {
            world.violate(format!("{name} was told of {} bytes sent, and {} came", told.0, told.1));
        }
        if association_is_ours(world, life.association)
            && let Err(why) = complete
        {
            world.violate(format!("association {} of {name} was released, and {why}", life.association));
        }
        world.tally.released += 1;
    });
}

fn association_is_ours(world: &World, number: u32) -> bool {
    world.associations.get(&number).is_some_and(|association| association.is_taken)
}

/// A life has ended, as `on_close` said.
pub(crate) fn ended(name: u32, generation: u32) {
    here(|world| {
        let Some(life) = world.ended(name, generation) else { return };
        let is_released = world.associations.get(&life.association).is_none_or(|it| it.is_released);
        if world.profile.is_polite && !life.is_acceptor && !is_released {
            world.violate(format!("{name} was not released: {life:?}"));
        }
        if life.is_acceptor {
            world.actors.remove(&name);
        }
    });
}

/// A requestor sends what it has to send, a few at a time, and ends when all is answered.
pub(crate) fn go_on(name: u32, generation: u32) {
    let plan = here(|world| {
        let life = world.life_of(name, generation)?.clone();
        let Role::Requestor { messages_left, burst, .. } = world.actors.get(&name)?.role else { return None };
        let association = world.associations.get_mut(&life.association)?;
        let sent = association.sent(true).values();
        let waiting = sent.filter(|sent| sent.sending == Sending::Taken && !sent.is_answered).count() as u64;
        (life.stage == Stage::Associated).then_some((messages_left, burst, waiting))
    });
    let Some((messages_left, burst, waiting)) = plan else { return };
    if messages_left == 0 {
        if waiting == 0 {
            let ending = if rudely(4) { Ending::any() } else { Ending::Release };
            end(name, generation, ending);
        }
        return;
    }
    if waiting > 0 && chance(2) {
        return;
    }
    if chance(5) {
        // From outside any hook.
        return here(|world| world.later(milliseconds(500), Action::GoOn(name, generation)));
    }
    let mut has_sent = false;
    for _ in 0..burst.min(messages_left) {
        here(|world| {
            if let Some(Role::Requestor { messages_left, .. }) =
                world.actors.get_mut(&name).map(|it| &mut it.role)
            {
                *messages_left = messages_left.saturating_sub(1);
            }
        });
        has_sent |= send(name, generation);
    }
    if !has_sent && waiting == 0 {
        // Nothing will come that it could go on with.
        here(|world| world.later(milliseconds(500), Action::GoOn(name, generation)));
    }
}

/// Sends one request. True: it was taken.
fn send(name: u32, generation: u32) -> bool {
    let kind = simulation::random(3);
    let prepared = here(|world| {
        let (is_polite, bytes, directory) =
            (world.profile.is_polite, world.profile.bytes, world.directory.join("out"));
        let life = world.life_of(name, generation)?;
        let (number, is_forward) = (life.association, !life.is_acceptor);
        let net = world.net(name)?;
        // Outside a hook a sender over the soft limit would wait, and nobody could end that here.
        if world.is_outside() && net.queued_bytes() > 900 && !is_polite {
            return None;
        }
        let has_file_faults = world.profile.faults.write != 0;
        let association = world.associations.get_mut(&number)?;
        let sent = association.sent(is_forward);
        let message_id = sent.last_key_value().map_or(1, |(id, _)| id + 1);
        let mark = Mark { association: number, is_forward, message_id };
        let (context, class, field) = match (kind, is_forward) {
            (0, _) => (1, VERIFICATION, command_field::C_ECHO_RQ),
            (_, true) => (3, CT_IMAGE, command_field::C_STORE_RQ),
            (_, false) => (5, COMMITMENT, command_field::N_EVENT_REPORT_RQ),
        };
        let most = [100, 5000, bytes][simulation::random(3) as usize];
        let length = if kind == 0 { 0 } else { 2 + 2 * simulation::random(most / 2) as usize };
        let in_file = length > 0 && chance(3);
        let data_set = match in_file.then(|| mark.file(length, &directory)) {
            Some(Ok(content)) => Some(content),
            _ => (length > 0).then(|| Content::from(mark.bytes(length))),
        };
        let sending = Sending::UnderWay;
        let (has_arrived, is_whole, answer, is_answered) = (false, false, None, false);
        let may_be_refused = has_file_faults && field == command_field::N_EVENT_REPORT_RQ;
        let request =
            Sent { field, length, sending, has_arrived, is_whole, answer, is_answered, may_be_refused };
        sent.insert(message_id, request);
        let instance = mark.instance();
        let command = match field {
            command_field::C_ECHO_RQ => dimse::c_echo_rq(message_id, class),
            command_field::C_STORE_RQ => dimse::c_store_rq(message_id, class, instance.as_bytes(), 0, None),
            _ => dimse::n_event_report_rq(message_id, class, instance.as_bytes(), 1, true),
        };
        Some((net, mark, context, command, data_set))
    });
    let Some((net, mark, context, command, data_set)) = prepared else { return false };
    let outcome = net.send_command(context, command, data_set);
    here(|world| {
        if let Err(error) = &outcome
            && world.profile.is_polite
            && mark.is_forward
        {
            world.violate(format!("{mark:?} could not be sent: {error}"));
        }
        let association = world.associations.get_mut(&mark.association);
        if let Some(sent) = association.and_then(|it| it.sent(mark.is_forward).get_mut(&mark.message_id)) {
            sent.sending = if outcome.is_ok() { Sending::Taken } else { Sending::Failed };
        }
    });
    outcome.is_ok()
}

pub(crate) fn answer_later(name: u32, generation: u32, mark: Mark, message: &Message) {
    let action =
        Action::Answer(name, generation, mark, message.presentation_context_id, message.command.clone());
    here(|world| world.later(milliseconds(3000), action));
}

pub(crate) fn answer(name: u32, generation: u32, mark: Mark, context: u8, request: &CommandSet) {
    let Some(net) =
        here(|world| world.life_of(name, generation).is_some().then(|| world.net(name)).flatten())
    else {
        return;
    };
    let must_wait = here(|world| world.is_outside() && !world.profile.is_polite) && net.unsent_bytes() > 900;
    if must_wait {
        let action = Action::Answer(name, generation, mark, context, request.clone());
        return here(|world| world.later(Duration::from_millis(300), action));
    }
    let status = [0, 0, 0, 0xb000, 0xa700][simulation::random(5) as usize];
    let Some(response) = dimse::response_to(request, status) else { return };
    note_answer(mark, status);
    if let Err(error) = net.send_command(context, response, None) {
        here(|world| {
            // The peer may have asked for the release, of what it asked itself it waits for the answer.
            if world.profile.is_polite && mark.is_forward {
                world.violate(format!("{mark:?} could not be answered: {error}"));
            }
            if world.profile.is_polite {
                return;
            }
            // A response that is refused for want of room leaves the peer waiting: the application sees to it.
            world.later(Duration::from_secs(1), Action::End(name, generation, Ending::Forced));
        });
    }
}

/// Where the data set of a message is stored, if it is stored in a file.
pub(crate) fn path_of(world: &World, mark: Mark) -> PathBuf {
    world.directory.join("in").join(mark.instance())
}

/// What becomes of a data set.
pub(crate) fn decide(mark: Mark) -> StoreDecision {
    match simulation::random(12) {
        0 => StoreDecision::Discard,
        1 => {
            note_answer(mark, 0xa701);
            StoreDecision::Refuse(0xa701)
        }
        2..7 => here(|world| {
            let path = path_of(world, mark);
            if chance(6) && std::fs::write(&path, b"an older one").is_ok() {
                world.files.insert(path.clone(), None);
            }
            StoreDecision::File(path)
        }),
        _ => StoreDecision::AsUsual,
    }
}

/// An application ends what it is in.
pub(crate) fn end(name: u32, generation: u32, ending: Ending) {
    let found = here(|world| {
        let life = world.life_of(name, generation)?.clone();
        Some((world.net(name)?, life, world.actors.get(&name)?.role))
    });
    let Some((net, life, role)) = found else { return };
    match ending {
        Ending::Release => {
            if life.stage == Stage::Associated && has_nothing_waiting(&life) && net.release_request().is_ok()
            {
                here(|world| world.life_of(name, generation).map(|life| life.stage = Stage::Releasing));
            } else if !matches!(life.stage, Stage::Over | Stage::Connecting) {
                // It waits for nothing that would come.
                here(|world| world.later(milliseconds(9000), Action::End(name, generation, Ending::Close)));
            }
        }
        Ending::Abort => match net.abort(Abort { source: 0, reason: 0 }) {
            Ok(()) => here(|world| {
                if let Some(life) = world.life_of(name, generation) {
                    life.give_up();
                }
            }),
            Err(_) => end(name, generation, Ending::Forced),
        },
        Ending::Close | Ending::Forced | Ending::Anew | Ending::Free => {
            here(|world| {
                world.ended(name, generation);
                if ending == Ending::Free || matches!(role, Role::Client { .. }) {
                    world.actors.remove(&name);
                }
            });
            match ending {
                Ending::Forced => net.close_forced(true),
                Ending::Free => net.close_for_good(),
                _ => net.close(),
            }
            if ending == Ending::Anew && matches!(role, Role::Requestor { .. }) {
                round(name);
            }
        }
    }
}

/// No peer that reads nothing is waited for so long.
const STALLED_MAX: Duration = Duration::from_secs(3 * 3600);

fn end_stranger(name: u32, generation: u32) {
    let net = here(|world| world.life_of(name, generation).is_some().then(|| world.net(name)).flatten());
    let Some(net) = net else { return };
    if net.queued_bytes() == 0 {
        return end(name, generation, Ending::any());
    }
    here(|world| {
        if simulation::time() > STALLED_MAX {
            world.violate(format!("{name} waits for ever for a peer that does not read"));
        }
        world.later(Duration::from_secs(20), Action::EndStranger(name, generation));
    });
}

/// What waits for its place would be lost by a release, as the application knows.
fn has_nothing_waiting(life: &Life) -> bool {
    here(|world| {
        let Some(association) = world.associations.get_mut(&life.association) else { return true };
        association
            .sent(!life.is_acceptor)
            .values()
            .all(|sent| sent.sending != Sending::Taken || sent.is_answered)
    })
}
