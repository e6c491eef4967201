//! Who is in a world: its listeners, its requestors, its strangers, and how they are set.

use crate::simulation::actions::{Action, milliseconds};
use crate::simulation::model::{Life, Stage};
use crate::simulation::raw::{self, RawPeer};
use crate::simulation::world::{Role, World, chance, here, rudely};
use ldicomnet::engine::{DispatchMode, IpType, Settings};
use ldicomnet::simulation;
use std::time::Duration;

/// All objects of a world begin.
pub(crate) fn enter() {
    let profile = here(|world| world.profile);
    for number in 0..profile.listeners {
        let port = 104 + number as u16;
        let name = here(|world| {
            world.ports.push(port);
            world.enter(Role::Listener { port })
        });
        let net = here(|world| world.net(name)).expect("it was entered");
        net.update_settings(settle);
        listen(name);
        if rudely(2) {
            here(|world| world.later(milliseconds(20_000), Action::Pause(name)));
        }
    }
    for _ in 0..profile.raw_listeners {
        let number = here(World::number);
        let port = 11_112 + number as u16;
        here(|world| world.ports.push(port));
        raw::enter(number, RawPeer::listening(port));
    }
    for _ in 0..profile.requestors {
        let name = here(|world| {
            let role = Role::Requestor {
                rounds_left: profile.rounds,
                messages_left: 0,
                burst: 1 + simulation::random(4),
            };
            let name = world.enter(role);
            world.later(milliseconds(5000), Action::Round(name));
            name
        });
        let net = here(|world| world.net(name)).expect("it was entered");
        net.update_settings(settle);
    }
    for _ in 0..profile.raw_peers {
        let number = here(World::number);
        let port = here(|world| world.ports[simulation::random(world.profile.listeners.into()) as usize]);
        raw::enter(number, RawPeer::connecting(port));
    }
}

fn settle(settings: &mut Settings) {
    let (is_polite, directory) = here(|world| (world.profile.is_polite, world.directory.clone()));
    let pick = |all: &[usize]| all[simulation::random(all.len() as u64) as usize];
    if chance(4) {
        settings.dispatch_mode = DispatchMode::Pump;
    }
    settings.path = directory.join("spool");
    settings.send_at_once = !chance(4);
    settings.debug_mode = simulation::random(2) as u32;
    settings.memory_bytes_max = pick(&[500, 5000, 1 << 20]);
    settings.maximum_length = pick(&[0, 200, 4096, 40_000, 128 << 10]) as u32;
    settings.sync = chance(4);
    settings.asynchronous_operations = !chance(8);
    // Those that are over are not counted: a polite world has many more one after the other.
    settings.limits.associations_max = if is_polite { 24 } else { pick(&[0, 0, 5]) as u32 };
    if is_polite {
        // The network is slow at times; nobody gives up.
        for time in [&mut settings.artim, &mut settings.response_timeout, &mut settings.stall_timeout] {
            *time = Duration::from_secs(3600);
        }
        settings.linger = Duration::from_secs(3600);
    } else {
        settings.queue_bytes_soft = pick(&[1000, 1 << 20]);
        settings.queue_bytes_hard = pick(&[2000, 100_000, 64 << 20]);
        settings.response_timeout = Duration::from_secs(pick(&[2, 60]) as u64);
        settings.stall_timeout = Duration::from_secs(pick(&[2, 60]) as u64);
    }
}

pub(crate) fn listen(name: u32) {
    let Some((net, port)) = here(|world| {
        let actor = world.actors.get(&name).filter(|actor| actor.life.is_none())?;
        let Role::Listener { port } = actor.role else { return None };
        Some((actor.net.clone(), port))
    }) else {
        return;
    };
    let host: &[u8] = if port % 2 == 0 { b"*" } else { b"10.0.0.1" };
    match net.listen(host, port.into(), 4 + simulation::random(60) as i32, IpType::V4) {
        Ok(()) => here(|world| {
            let life = Life::new(net.current_generation(), Stage::Listening, false);
            world.actors.get_mut(&name).expect("it listens").life = Some(life);
        }),
        // A fault: once more.
        Err(_) => here(|world| world.later(Duration::from_secs(1), Action::Listen(name))),
    }
}

pub(crate) fn pause(name: u32) {
    if let Some(net) = here(|world| world.net(name)) {
        net.close();
        here(|world| {
            world.actors.get_mut(&name).expect("it listened").life = None;
            world.later(milliseconds(5000), Action::Listen(name));
        });
    }
}

/// Everybody else has finished.
pub(crate) fn close_listeners() {
    let listeners: Vec<u32> = here(|world| {
        let is_listener = |role| matches!(role, Role::Listener { .. });
        world.actors.iter().filter(|(_, actor)| is_listener(actor.role)).map(|(name, _)| *name).collect()
    });
    for name in listeners {
        if let Some(net) = here(|world| world.net(name)) {
            net.server_close();
        }
        here(|world| {
            world.actors.retain(|_, actor| actor.role != Role::Client { listener: name });
            world.actors.remove(&name)
        });
    }
}
