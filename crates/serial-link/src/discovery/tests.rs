//! Discovery on trees of its own, laid out as the kernel lays them out.

use std::os::unix::fs::symlink;

use super::*;

/// A machine's tree; gone when the test is.
struct Tree(PathBuf);

impl Tree {
    fn new(test: &str) -> Self {
        let name = format!("knead-discovery-{test}-{}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("sys/class/tty")).unwrap();
        fs::create_dir_all(root.join("dev")).unwrap();
        // Paths in answers are compared; a temporary folder may itself be a link.
        Self(fs::canonicalize(root).unwrap())
    }

    fn file(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn link(&self, path: &str, to: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(self.0.join(to), path).unwrap();
    }

    /// An FTDI adapter as `ttyUSB<n>` in socket 1-`n`.
    fn ftdi(&self, n: u32, serial: &str, latency: &str) {
        let adapter = format!("sys/devices/pci0/usb1/1-{n}");
        let device = format!("{adapter}/1-{n}:1.0/ttyUSB{n}");
        self.file(&format!("{adapter}/idVendor"), "0403\n");
        self.file(&format!("{adapter}/idProduct"), "6014\n");
        self.file(&format!("{adapter}/serial"), &format!("{serial}\n"));
        self.file(&format!("{adapter}/manufacturer"), "FTDI\n");
        self.file(&format!("{adapter}/product"), "USB <-> Serial\n");
        self.file(&format!("{adapter}/1-{n}:1.0/bInterfaceNumber"), "00\n");
        self.file(&format!("{device}/latency_timer"), latency);
        fs::create_dir_all(self.0.join("sys/bus/usb-serial/drivers/ftdi_sio")).unwrap();
        self.link(
            &format!("{device}/driver"),
            "sys/bus/usb-serial/drivers/ftdi_sio",
        );
        self.link(&format!("{device}/tty/ttyUSB{n}/device"), &device);
        self.link(
            &format!("sys/class/tty/ttyUSB{n}"),
            &format!("{device}/tty/ttyUSB{n}"),
        );
        self.file(&format!("dev/ttyUSB{n}"), "");
        self.link(
            &format!("dev/serial/by-id/usb-FTDI_{serial}-if00-port0"),
            &format!("dev/ttyUSB{n}"),
        );
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_ftdi_adapter_is_told_with_its_lasting_name_identity_driver_and_latency() {
    let tree = Tree::new("ftdi");
    tree.ftdi(3, "FT8ISETK", "16\n");
    let found = ports(&tree.0).unwrap();
    let expected = Port {
        name: "ttyUSB3".to_owned(),
        path: tree.0.join("dev/ttyUSB3"),
        by_id: Some(tree.0.join("dev/serial/by-id/usb-FTDI_FT8ISETK-if00-port0")),
        usb: Some(UsbAdapter {
            vendor: 0x0403,
            product: 0x6014,
            serial: Some("FT8ISETK".to_owned()),
            maker: Some("FTDI".to_owned()),
            model: Some("USB <-> Serial".to_owned()),
            interface: Some(0),
        }),
        driver: Some("ftdi_sio".to_owned()),
        access: Access::Granted,
        latency_ms: Some(16),
    };
    assert_eq!(found, [expected]);
    assert!(found[0].is_named(&tree.0.join("dev/ttyUSB3")));
    assert!(found[0].is_named(&tree.0.join("dev/serial/by-id/usb-FTDI_FT8ISETK-if00-port0")));
    assert!(!found[0].is_named(&tree.0.join("dev/ttyUSB4")));
}

#[test]
fn ports_are_sorted_by_number_and_terminals_without_hardware_are_left_out() {
    let tree = Tree::new("sorted");
    for n in [10, 2, 1] {
        tree.ftdi(n, &format!("S{n}"), "1\n");
    }
    fs::create_dir_all(tree.0.join("sys/class/tty/ptmx")).unwrap();
    for (name, kind) in [("ttyS0", "4"), ("ttyS1", "0")] {
        fs::create_dir_all(tree.0.join("sys/devices/platform/serial8250")).unwrap();
        tree.file(&format!("sys/class/tty/{name}/type"), kind);
        tree.link(
            &format!("sys/class/tty/{name}/device"),
            "sys/devices/platform/serial8250",
        );
    }
    let found = ports(&tree.0).unwrap();
    let names: Vec<&str> = found.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["ttyS0", "ttyUSB1", "ttyUSB2", "ttyUSB10"]);
    // The port on the board has no adapter, and nobody made a node for it.
    assert_eq!((&found[0].usb, &found[0].access), (&None, &Access::NoNode));
}

#[test]
fn a_machine_without_serial_ports_has_an_empty_list() {
    let tree = Tree::new("none");
    assert_eq!(ports(&tree.0).unwrap(), []);
    assert_eq!(ports(&tree.0.join("nowhere")).unwrap(), []);
}

#[test]
fn damaged_identities_are_absent_and_not_zero() {
    let tree = Tree::new("damaged");
    tree.ftdi(0, "", "soon\n");
    tree.file("sys/devices/pci0/usb1/1-0/idVendor", "not hexadecimal");
    let found = ports(&tree.0).unwrap();
    assert_eq!((found[0].latency_ms, &found[0].usb), (None, &None));
}

#[test]
fn groups_are_told_by_name_where_the_list_has_them() {
    let tree = Tree::new("groups");
    tree.file("etc/group", "root:x:0:\ndialout:x:20:someone\nbroken\n");
    assert_eq!(group_name(&tree.0, 20), "dialout");
    assert_eq!(group_name(&tree.0, 4711), "4711");
}

#[test]
fn a_group_is_told_only_when_joining_it_helps_and_never_the_administrators() {
    let tree = Tree::new("sharing");
    tree.file("etc/group", "root:x:0:\ndialout:x:20:\n");
    let told = |number, mode| sharing_group(&tree.0, number, mode);
    assert_eq!(told(20, 0o20660).as_deref(), Some("dialout"));
    assert_eq!(told(20, 0o20640), None);
    assert_eq!(told(20, 0o20600), None);
    assert_eq!(told(0, 0o20660), None);
}
