//! The examples of the ROBOTIS e-Manual, "DYNAMIXEL Protocol 2.0" (docs/en/dxl/protocol2), section by section, byte by
//! byte. The example of the fast sync read is from the e-Manual's later editions.

mod bench;

use bench::{id, model};
use dynamixel::{
    EmulatedBus, ErrorNumber, FastBlock, FastBlocks, Fault, FirstOrder, Id, Instruction, Line,
    MAX_PACKET, Parser, ServoSetup, StatusError, TooLong, encode, table,
};
use quantities::Instant;

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
        .collect()
}

fn encoded(build: impl FnOnce(&mut [u8]) -> Result<usize, TooLong>) -> Vec<u8> {
    let mut out = [0; MAX_PACKET];
    let length = build(&mut out).expect("room");
    out[..length].to_vec()
}

/// The one packet in `stream`: address, instruction, parameters.
fn decoded(stream: &[u8]) -> (u8, Instruction, Vec<u8>) {
    let mut parser = Parser::default();
    let mut found = Vec::new();
    for byte in stream {
        parser.push(*byte);
        while let Some(packet) = parser.poll() {
            let packet = packet.expect("sound");
            found.push((
                packet.address,
                packet.instruction,
                packet.parameters.to_vec(),
            ));
        }
    }
    assert_eq!((found.len(), parser.skipped()), (1, 0));
    found.remove(0)
}

const OK: StatusError = StatusError {
    alert: false,
    number: None,
};

/// A published instruction is written as published and read back as meant.
fn instruction(hex: &str, build: impl FnOnce(&mut [u8]) -> Result<usize, TooLong>) {
    assert_eq!(encoded(build), bytes(hex));
    decoded(&bytes(hex));
}

/// A published answer likewise.
fn answer(hex: &str, sender: u8, data: &[u8]) {
    let written = encoded(|out| encode::status(out, id(sender), OK, data));
    assert_eq!(written, bytes(hex));
    let (address, kind, parameters) = decoded(&bytes(hex));
    assert_eq!((address, kind), (sender, Instruction::Status));
    assert_eq!(parameters, [&[0], data].concat());
}

#[test]
fn ping_is_as_published() {
    instruction("FF FF FD 00 01 03 00 01 19 4E", |out| {
        encode::ping(out, id(1))
    });
    answer(
        "FF FF FD 00 01 07 00 55 00 06 04 26 65 5D",
        1,
        &[0x06, 0x04, 0x26],
    );
    instruction("FF FF FD 00 FE 03 00 01 31 42", encode::ping_all);
    answer(
        "FF FF FD 00 02 07 00 55 00 06 04 26 6F 6D",
        2,
        &[0x06, 0x04, 0x26],
    );
}

#[test]
fn read_is_as_published() {
    instruction("FF FF FD 00 01 07 00 02 84 00 04 00 1D 15", |out| {
        encode::read(out, id(1), 132, 4)
    });
    answer(
        "FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0",
        1,
        &166u32.to_le_bytes(),
    );
}

#[test]
fn write_is_as_published() {
    instruction("FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89", |out| {
        encode::write(out, id(1), 116, &512u32.to_le_bytes())
    });
    answer("FF FF FD 00 01 04 00 55 00 A1 0C", 1, &[]);
}

#[test]
fn reg_write_and_action_are_as_published() {
    instruction("FF FF FD 00 01 09 00 04 68 00 C8 00 00 00 AE 8E", |out| {
        encode::reg_write(out, id(1), 104, &200u32.to_le_bytes())
    });
    instruction("FF FF FD 00 01 03 00 05 02 CE", |out| {
        encode::action(out, id(1))
    });
}

#[test]
fn reboot_and_clear_are_as_published() {
    instruction("FF FF FD 00 01 03 00 08 2F 4E", |out| {
        encode::reboot(out, id(1))
    });
    instruction("FF FF FD 00 01 08 00 10 01 44 58 4C 22 B1 DC", |out| {
        encode::clear_turns(out, id(1))
    });
}

#[test]
fn sync_read_is_as_published() {
    instruction("FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA", |out| {
        encode::sync_read(out, 132, 4, [id(1), id(2)])
    });
    answer(
        "FF FF FD 00 02 08 00 55 00 1F 08 00 00 BA BE",
        2,
        &2079u32.to_le_bytes(),
    );
}

#[test]
fn sync_write_is_as_published() {
    instruction(
        "FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87",
        |out| {
            let goals = [(id(1), 150u32.to_le_bytes()), (id(2), 170u32.to_le_bytes())];
            encode::sync_write(out, 116, goals)
        },
    );
}

#[test]
fn bulk_read_and_bulk_write_are_as_published() {
    instruction(
        "FF FF FD 00 FE 0D 00 92 01 90 00 02 00 02 92 00 01 00 1A 05",
        |out| encode::bulk_read(out, [(id(1), 144, 2), (id(2), 146, 1)]),
    );
    answer(
        "FF FF FD 00 01 06 00 55 00 77 00 C3 69",
        1,
        &119u16.to_le_bytes(),
    );
    answer("FF FF FD 00 02 05 00 55 00 24 8B A9", 2, &[0x24]);
    instruction(
        "FF FF FD 00 FE 10 00 93 01 20 00 02 00 A0 00 02 1F 00 01 00 50 B7 68",
        |out| {
            let high = 160u16.to_le_bytes();
            let parts: [(Id, u16, &[u8]); 2] = [(id(1), 32, &high), (id(2), 31, &[80])];
            encode::bulk_write(out, parts)
        },
    );
}

#[test]
fn fast_sync_read_is_as_published() {
    instruction("FF FF FD 00 FE 09 00 8A 44 02 04 00 01 02 72 F2", |out| {
        encode::fast_sync_read(out, 580, 4, [id(1), id(2)])
    });
    let published =
        bytes("FF FF FD 00 FE 11 00 55 00 01 D0 07 00 00 0C 83 00 02 09 00 00 00 11 40");
    let mut parser = Parser::default();
    for byte in &published {
        parser.push(*byte);
    }
    let packet = parser.poll().expect("a packet").expect("sound");
    let blocks: Vec<FastBlock<'_>> = FastBlocks::new(&packet, 4).expect("an answer").collect();
    let block = |address, data| FastBlock {
        id: id(address),
        error: OK,
        data,
    };
    let (first, second) = (2000u32.to_le_bytes(), 9u32.to_le_bytes());
    assert_eq!(blocks, [block(1, &first[..]), block(2, &second[..])]);
}

/// An emulated bus as in the examples: two XM430-W210 with firmware 38 at 166 and 2079 pulses.
fn published_bus() -> EmulatedBus {
    let servo = |address, pulses| ServoSetup {
        id: id(address),
        model: model("XM430-W210"),
        firmware: 38,
        pulses,
    };
    let servos = [servo(1, 166), servo(2, 2079)];
    EmulatedBus::new(&servos, FirstOrder::default(), Line::with_baud(1_000_000))
}

#[test]
fn emulated_servos_answer_the_published_questions_as_published() {
    let exchanges = [
        (
            "FF FF FD 00 FE 03 00 01 31 42",
            "FF FF FD 00 01 07 00 55 00 06 04 26 65 5D FF FF FD 00 02 07 00 55 00 06 04 26 6F 6D",
        ),
        (
            "FF FF FD 00 01 07 00 02 84 00 04 00 1D 15",
            "FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0",
        ),
        (
            "FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA",
            "FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0 FF FF FD 00 02 08 00 55 00 1F 08 00 00 BA BE",
        ),
        (
            "FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89",
            "FF FF FD 00 01 04 00 55 00 A1 0C",
        ),
        (
            "FF FF FD 00 01 09 00 04 68 00 C8 00 00 00 AE 8E",
            "FF FF FD 00 01 04 00 55 00 A1 0C",
        ),
        (
            "FF FF FD 00 01 03 00 05 02 CE",
            "FF FF FD 00 01 04 00 55 00 A1 0C",
        ),
        (
            "FF FF FD 00 01 08 00 10 01 44 58 4C 22 B1 DC",
            "FF FF FD 00 01 04 00 55 00 A1 0C",
        ),
        (
            "FF FF FD 00 01 03 00 08 2F 4E",
            "FF FF FD 00 01 04 00 55 00 A1 0C",
        ),
    ];
    let mut bus = published_bus();
    for (at, (question, expected)) in exchanges.into_iter().enumerate() {
        let asked = Instant::from_nanos(at as u64 * 100_000_000);
        let later = Instant::from_nanos(at as u64 * 100_000_000 + 50_000_000);
        bus.receive(&bytes(question), asked);
        let mut out = [0; 256];
        let count = bus.transmit(later, &mut out);
        assert_eq!(out[..count], bytes(expected), "{question}");
    }
    // The kept write was carried out by the action, then the reboot took it back.
    assert_eq!(bus.register(0, table::GOAL_VELOCITY), Some(0));
}

#[test]
fn a_fast_sync_read_tells_what_a_plain_one_tells_in_fewer_bytes() {
    let ids = [id(1), id(2)];
    let mut bus = published_bus();
    let mut out = [0; 256];
    bus.receive(
        &encoded(|out| encode::sync_read(out, 126, 10, ids)),
        Instant::START,
    );
    let plain = bus.transmit(Instant::from_nanos(50_000_000), &mut out);
    let mut parser = Parser::default();
    let mut told = Vec::new();
    for byte in &out[..plain] {
        parser.push(*byte);
        while let Some(packet) = parser.poll() {
            let packet = packet.expect("sound");
            let status = packet.status().expect("an answer");
            told.push((status.id, status.data.to_vec()));
        }
    }
    bus.receive(
        &encoded(|out| encode::fast_sync_read(out, 126, 10, ids)),
        Instant::from_nanos(100_000_000),
    );
    let fast = bus.transmit(Instant::from_nanos(150_000_000), &mut out);
    for byte in &out[..fast] {
        parser.push(*byte);
    }
    let packet = parser.poll().expect("a packet").expect("sound");
    let blocks: Vec<(Id, Vec<u8>)> = FastBlocks::new(&packet, 10)
        .expect("an answer")
        .map(|block| (block.id, block.data.to_vec()))
        .collect();
    assert_eq!(blocks, told);
    assert_eq!((plain, fast), (2 * 21, 8 + 2 * 14));

    // A servo that keeps silent leaves the packet without an end.
    bus.inject(1, Fault::Silent, 1);
    bus.receive(
        &encoded(|out| encode::fast_sync_read(out, 126, 10, ids)),
        Instant::from_nanos(200_000_000),
    );
    let broken = bus.transmit(Instant::from_nanos(250_000_000), &mut out);
    for byte in &out[..broken] {
        parser.push(*byte);
        assert_eq!(parser.poll(), None);
    }
    assert!(parser.give_up());
}

#[test]
fn an_emulated_servo_says_why_it_declines() {
    let mut bus = published_bus();
    type Build<'a> = &'a dyn Fn(&mut [u8]) -> Result<usize, TooLong>;
    let mut ask = |build: Build<'_>, at: u64| {
        bus.receive(&encoded(build), Instant::from_nanos(at * 100_000_000));
        let mut out = [0; 256];
        let count = bus.transmit(Instant::from_nanos(at * 100_000_000 + 50_000_000), &mut out);
        let (_, _, parameters) = decoded(&out[..count]);
        StatusError::from_byte(parameters[0]).number
    };
    let one = id(1);
    let cases: [(Build<'_>, ErrorNumber); 6] = [
        (&|out| encode::action(out, one), ErrorNumber::Instruction),
        (&|out| encode::read(out, one, 71, 1), ErrorNumber::Access),
        (
            &|out| encode::write(out, one, 132, &[0; 4]),
            ErrorNumber::Access,
        ),
        (
            &|out| encode::write(out, one, 116, &[0; 2]),
            ErrorNumber::DataLength,
        ),
        (
            &|out| encode::write(out, one, 116, &5000u32.to_le_bytes()),
            ErrorNumber::DataLimit,
        ),
        (
            &|out| encode::write(out, one, 64, &[2]),
            ErrorNumber::DataRange,
        ),
    ];
    for (at, (build, expected)) in cases.into_iter().enumerate() {
        assert_eq!(ask(build, at as u64), Some(expected), "case {at}");
    }
}
