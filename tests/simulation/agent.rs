//! The hooks of every object of a world: each is checked, and then does something or other.

use crate::simulation::actions::{self, Action, Ending};
use crate::simulation::model::{Hook, Life, Stage};
use crate::simulation::payload::Mark;
use crate::simulation::world::{Running, chance, dawdle, here, rudely, violation};
use ldicomnet::Code;
use ldicomnet::dataset::Content;
use ldicomnet::dimse::{self, CommandSet, command_field};
use ldicomnet::engine::{Condition, ConnectionInfo, Hooks, Message, Net, StoreDecision, StoreRequest};
use ldicomnet::pdu::{Abort, Associate, Rejection};
use ldicomnet::simulation;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

/// The hooks of one object.
pub(crate) struct Agent {
    name: u32,
    /// Counts those that were not freed.
    _token: Arc<()>,
}

impl Agent {
    pub(crate) fn new(name: u32, token: Arc<()>) -> Self {
        Self { name, _token: token }
    }

    /// The name of an object of this world.
    fn name_of(net: &Net) -> u32 {
        let any: &dyn Any = net.hooks().as_ref();
        any.downcast_ref::<Self>().map_or(0, |agent| agent.name)
    }

    fn begin(&self, net: &Net, what: &str, hook: Hook) -> Option<Running> {
        simulation::note(what, self.name.into(), net.generation().into());
        let running = here(|world| world.begin(self.name, net.generation(), hook))?;
        if chance(24) {
            dawdle();
        }
        let may_fail = !matches!(hook, Hook::Connect(_) | Hook::Close | Hook::ClientClose);
        if may_fail && rudely(700) {
            // As a C++ exception does it: the association is aborted, or the connection is not accepted.
            here(|world| {
                if let Some(life) = world.life_of(self.name, net.generation()) {
                    fail(life);
                }
            });
            drop(running);
            std::panic::resume_unwind(Box::new("a hook that fails"));
        }
        Some(running)
    }

    fn mark(&self, message_id: u16, is_own: bool) -> Option<Mark> {
        here(|world| {
            let life = world.life(self.name)?;
            let (association, is_forward) = (life.association, life.is_acceptor != is_own);
            // The other end may be none of the model.
            let is_ours = world.associations.get(&association).is_some_and(|it| it.is_taken);
            is_ours.then_some(Mark { association, is_forward, message_id })
        })
    }

    /// A request came in whole.
    fn request(&self, net: &Net, message: &Message) {
        let message_id = message.command.message_id().unwrap_or(0);
        let field = message.command.command_field().unwrap_or(0);
        let generation = net.generation();
        let Some(mark) = self.mark(message_id, false) else {
            // A peer that is not of the model: the library's answer will do.
            return net.answer_by_default();
        };
        let length = here(|world| {
            world.tally.messages += 1;
            let association = world.associations.get_mut(&mark.association)?;
            let arrived = if field == command_field::C_STORE_RQ {
                let sent = association.sent(mark.is_forward).get_mut(&message_id);
                sent.filter(|sent| sent.has_arrived && !sent.is_whole)
                    .ok_or_else(|| format!("{mark:?} came without a beginning, or twice"))
            } else {
                association.arrives(mark, field)
            };
            match arrived {
                Ok(sent) => {
                    sent.is_whole = true;
                    Some(sent.length)
                }
                Err(why) => {
                    world.violate(why);
                    None
                }
            }
        });
        let Some(length) = length else { return };
        self.check_data_set(mark, message, length);
        if rudely(150) {
            return actions::end(self.name, generation, Ending::any());
        }
        let is_echo = field == command_field::C_ECHO_RQ;
        match simulation::random(10) {
            0 | 1 => actions::answer_later(self.name, generation, mark, message),
            2 | 3 if is_echo => net.answer_by_default(),
            4 => {
                note_answer(mark, if is_echo { 0 } else { 0x0122 });
                net.answer_by_default();
            }
            _ => actions::answer(
                self.name,
                generation,
                mark,
                message.presentation_context_id,
                &message.command,
            ),
        }
    }

    /// The bytes are those that were sent, all of them.
    fn check_data_set(&self, mark: Mark, message: &Message, length: usize) {
        let Some(content) = &message.data_set else { return };
        // A file that cannot be read is none of the library's faults.
        let Ok(bytes) = content.to_bytes(u64::MAX) else { return };
        if bytes != mark.bytes(length) {
            violation(format!("{mark:?} has {} bytes that are not its {length}", bytes.len()));
        }
    }

    /// It was stored where it should be: that is there at the end.
    fn note_file(&self, message: &Message) {
        let Some(mark) = message.command.message_id().and_then(|id| self.mark(id, false)) else { return };
        here(|world| {
            let path = actions::path_of(world, mark);
            let Some(Content::File(range)) = &message.data_set else { return };
            if range.file.path() == Some(path.as_path()) {
                world.tally.files += 1;
                world.files.insert(path, Some((mark, range.length as usize)));
            }
        });
    }

    fn response(&self, net: &Net, message: &Message) {
        let command = &message.command;
        let message_id = command.message_id_being_responded_to().unwrap_or(0);
        let Some(mark) = self.mark(message_id, true) else { return };
        here(|world| {
            world.tally.answers += 1;
            let Some(association) = world.associations.get_mut(&mark.association) else { return };
            let (field, status) = (command.command_field().unwrap_or(0), command.status().unwrap_or(0xffff));
            if let Err(why) = association.is_answered(mark, field, status) {
                world.violate(why);
            }
        });
        let instance = command.affected_sop_instance_uid();
        if instance.is_some_and(|instance| instance != mark.instance().as_bytes()) {
            violation(format!("the response to {mark:?} is about another instance"));
        }
        if rudely(60) {
            return actions::end(self.name, net.generation(), Ending::any());
        }
        actions::go_on(self.name, net.generation());
    }
}

/// A hook that fails ends what it was called for.
fn fail(life: &mut Life) {
    if !matches!(life.stage, Stage::Listening | Stage::Connecting) {
        life.give_up();
    }
}

/// What the sender must be told.
pub(crate) fn note_answer(mark: Mark, status: u16) {
    here(|world| {
        let association = world.associations.get_mut(&mark.association);
        if let Some(sent) = association.and_then(|it| it.sent(mark.is_forward).get_mut(&mark.message_id)) {
            sent.answer = Some(status);
        }
    });
}

impl Hooks for Agent {
    fn on_condition(&self, net: &Net, _info: &ConnectionInfo) -> Condition {
        let Some(_running) = self.begin(net, "on_condition", Hook::Condition) else {
            return Condition::Reject;
        };
        if rudely(20) {
            return Condition::Reject;
        }
        if rudely(20) {
            here(|world| {
                world.later(Duration::from_millis(simulation::random(4000)), Action::Take(self.name))
            });
            return Condition::Defer;
        }
        Condition::Accept
    }

    fn on_accept(&self, net: &Net, code: Code) {
        let Some(_running) = self.begin(net, "on_accept", Hook::Accept) else { return };
        if code != Code::Success {
            return;
        }
        if rudely(20) {
            let delay = Duration::from_millis(simulation::random(4000));
            let action = if chance(3) { Action::Refuse(self.name) } else { Action::Take(self.name) };
            return here(|world| world.later(delay, action));
        }
        if let Some(client) = actions::take(self.name) {
            here(|world| world.waits_for(client, self.name));
            if chance(4) {
                dawdle();
            }
            here(|world| world.let_go(self.name));
        }
    }

    fn on_connect(&self, net: &Net, code: Code) {
        let Some(_running) = self.begin(net, "on_connect", Hook::Connect(code)) else { return };
        if code == Code::Success {
            here(|world| world.tally.connected += 1);
            return actions::request_association(self.name, net.generation());
        }
        here(|world| {
            if world.profile.is_polite {
                world.violate(format!("{} is not connected: {code:?}", self.name));
            }
            world.ended(self.name, net.generation());
        });
    }

    fn on_close(&self, net: &Net, code: Code, client: &Net) {
        let name = Self::name_of(client);
        simulation::note("on_close of", name.into(), code as u64);
        if name == self.name {
            let Some(_running) = self.begin(net, "on_close", Hook::Close) else { return };
            return actions::ended(name, net.generation());
        }
        // Its own last hook has returned, and none follows.
        let of_client = here(|world| world.begin(name, client.generation(), Hook::Close));
        if of_client.is_some() {
            actions::ended(name, client.generation());
        }
        let _running = self.begin(net, "on_close", Hook::ClientClose);
    }

    fn on_receive(&self, net: &Net, _code: Code, _pdu_type: u8, bytes: &[u8]) {
        let _running = self.begin(net, "on_receive", Hook::Receive(bytes.len()));
    }

    fn on_send(&self, net: &Net, code: Code, _pdu_type: u8, bytes: u32) {
        let Some(_running) = self.begin(net, "on_send", Hook::Send(code, bytes)) else { return };
        if rudely(400) {
            actions::end(self.name, net.generation(), Ending::any());
        }
    }

    fn on_before_send_command_set(&self, net: &Net, _command: &mut CommandSet) {
        // On the sender's thread, whatever else runs.
        simulation::note("on_before_send", self.name.into(), net.generation().into());
    }

    fn on_associate_request(&self, net: &Net, associate: &Arc<Associate>) {
        let Some(_running) = self.begin(net, "on_associate_request", Hook::AssociateRequest) else { return };
        let title = String::from_utf8_lossy(associate.calling_ae_title.as_bytes()).into_owned();
        let association = title.strip_prefix('S').and_then(|number| number.parse().ok()).unwrap_or(0);
        here(|world| {
            if let Some(life) = world.life_of(self.name, net.generation()) {
                life.association = association;
            }
            let Some(it) = world.associations.get_mut(&association) else { return };
            if std::mem::replace(&mut it.is_taken, true) {
                world.violate(format!("association {association} was requested twice"));
            }
        });
        if association == 0 {
            // It may stay and say nothing more.
            let action = Action::EndStranger(self.name, net.generation());
            here(|world| world.later(Duration::from_millis(simulation::random(30_000)), action));
        }
        if chance(8) {
            let action = Action::AnswerAssociation(self.name, net.generation(), Arc::clone(associate));
            return here(|world| world.later(Duration::from_millis(simulation::random(2000)), action));
        }
        actions::answer_association(self.name, net.generation(), associate);
    }

    fn on_associate_accept(&self, net: &Net, _associate: &Arc<Associate>) {
        let Some(_running) = self.begin(net, "on_associate_accept", Hook::AssociateAccept) else { return };
        here(|world| {
            world.tally.associations += 1;
            let number = world.life_of(self.name, net.generation()).map_or(0, |life| life.association);
            if world.associations.get(&number).is_some_and(|it| !it.is_taken) {
                let action = Action::End(self.name, net.generation(), Ending::any());
                world.later(Duration::from_millis(simulation::random(30_000)), action);
            }
        });
        actions::go_on(self.name, net.generation());
    }

    fn on_associate_reject(&self, net: &Net, _rejection: Rejection) {
        let Some(_running) = self.begin(net, "on_associate_reject", Hook::AssociateReject) else { return };
        here(|world| {
            if world.profile.is_polite {
                world.violate(format!("{} is rejected", self.name));
            }
        });
        if rudely(4) {
            actions::end(self.name, net.generation(), Ending::any());
        }
    }

    fn on_release_request(&self, net: &Net) {
        let Some(_running) = self.begin(net, "on_release_request", Hook::ReleaseRequest) else { return };
        if rudely(20) {
            return actions::end(self.name, net.generation(), Ending::any());
        }
        match simulation::random(10) {
            0 => {
                let action = Action::AnswerRelease(self.name, net.generation());
                here(|world| world.later(Duration::from_millis(simulation::random(2000)), action));
            }
            1..4 => actions::answer_release(self.name, net.generation()),
            _ => {
                here(|world| world.life_of(self.name, net.generation()).map(Life::answer_release));
                net.answer_by_default();
            }
        }
    }

    fn on_release_response(&self, net: &Net) {
        let Some(_running) = self.begin(net, "on_release_response", Hook::ReleaseResponse) else { return };
        actions::released(self.name);
        match simulation::random(4) {
            0 => actions::end(self.name, net.generation(), Ending::Close),
            1 if rudely(2) => actions::end(self.name, net.generation(), Ending::Anew),
            _ => {}
        }
    }

    fn on_abort(&self, net: &Net, _abort: Abort) {
        let Some(_running) = self.begin(net, "on_abort", Hook::Abort) else { return };
        here(|world| {
            if world.profile.is_polite {
                world.violate(format!("{} is aborted", self.name));
            }
        });
        if rudely(3) {
            actions::end(self.name, net.generation(), Ending::any());
        }
    }

    fn on_store_begin(&self, net: &Net, request: &StoreRequest<'_>) -> StoreDecision {
        let Some(_running) = self.begin(net, "on_store_begin", Hook::StoreBegin) else {
            return StoreDecision::AsUsual;
        };
        let Some(mark) = self.mark(request.message_id, false) else { return StoreDecision::AsUsual };
        if request.sop_instance.as_bytes() != mark.instance().as_bytes() {
            violation(format!("{mark:?} begins with the instance {}", request.sop_instance));
        }
        here(|world| {
            let association = world.associations.get_mut(&mark.association);
            if let Some(Err(why)) =
                association.map(|it| it.arrives(mark, command_field::C_STORE_RQ).map(drop))
            {
                world.violate(why);
            }
        });
        actions::decide(mark)
    }

    fn on_data(&self, net: &Net, message: &Message) {
        let id = id_of(message);
        self.note_file(message);
        let Some(_running) = self.begin(net, "on_data", Hook::Data(id)) else { return };
        if rudely(400) {
            actions::end(self.name, net.generation(), Ending::any());
        }
    }

    fn on_message(&self, net: &Net, message: &Message) {
        let id = id_of(message);
        let Some(_running) = self.begin(net, "on_message", Hook::Message(id)) else { return };
        if dimse::response_to(&message.command, 0).is_some() {
            self.request(net, message);
        } else {
            self.response(net, message);
        }
    }
}

fn id_of(message: &Message) -> u16 {
    let command = &message.command;
    command.message_id().or_else(|| command.message_id_being_responded_to()).unwrap_or(0)
}
