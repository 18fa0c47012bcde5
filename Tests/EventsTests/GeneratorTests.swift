import Foundation
import Testing

/// The plugin as `tools/generate-events` runs it. `protoc` must be there: `tools/setup` installs it.
@Suite struct `The generator` {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let protos = root.appending(path: "Sources/Events/Protos")

    @Test func `gives exactly the code that is committed`() throws {
        try Self.inTemporaryFolder { folder in
            let numbers = Self.protos.appending(path: "numbers.txt")
            let run = try Self.protoc(
                Self.protoFiles(), in: Self.protos, option: "numbers=\(numbers.path)", to: folder)
            #expect(run.status == 0, "\(run.errors)")
            let made = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
                $0.hasSuffix(".swift")
            }
            let committed = Self.root.appending(path: "Sources/Events/Generated")
            #expect(try Set(FileManager.default.contentsOfDirectory(atPath: committed.path)) == Set(made))
            for name in made {
                let isEqual = FileManager.default.contentsEqual(
                    atPath: folder.appending(path: name).path, andPath: committed.appending(path: name).path)
                #expect(isEqual, "\(name) is not current: run tools/generate-events")
            }
            let isRecorded = FileManager.default.contentsEqual(
                atPath: folder.appending(path: "numbers.txt").path, andPath: numbers.path)
            #expect(isRecorded, "numbers.txt is not current: run tools/generate-events")
        }
    }

    /// What is against the house rules, and the words with which the generator stops.
    static let violations: [(schema: String, says: String)] = [
        ("message A { float x = 1; }", "bad.proto: A.x: a float is not allowed"),
        ("message A { double x = 1; }", "bad.proto: A.x: a float is not allowed"),
        ("message A { sint64 x = 1; }", "bad.proto: A.x: a number of 64 bits other than"),
        ("message A { int32 x = 1; }", "bad.proto: A.x: a number of 32 bits other than"),
        ("message A { map<string, string> x = 1; }", "bad.proto: A.x: no maps"),
        ("message A { repeated fixed64 x = 1; }", "bad.proto: A.x: a repeated fixed64"),
        ("message A { repeated uint64 x = 1 [packed = false]; }", "bad.proto: A.x: repeated numbers are packed"),
        ("message A { oneof o { string x = 1; string y = 3; } string z = 2; }", "bad.proto: A.o: a oneof's numbers"),
        ("message A { A x = 1; }", "bad.proto: A: it holds itself"),
        ("message A { B x = 1; } message B { oneof o { A a = 1; string s = 2; } }", "bad.proto: A: it holds itself"),
        ("message A { string in = 1; }", "bad.proto: A.in: `in` is taken"),
        ("message A { string tag = 1; }", "bad.proto: A.tag: `tag` is taken"),
        ("message A { message B {} }", "bad.proto: A.B: a message within a message"),
        ("message A { enum E { E_UNSPECIFIED = 0; E_X = 1; } }", "bad.proto: A.E: an enum within a message"),
        ("enum E { E_NONE = 0; E_X = 1; }", "bad.proto: E: value 0 must be E_UNSPECIFIED"),
        ("enum E { E_UNSPECIFIED = 0; X = 1; }", "bad.proto: E.X: must begin with E_"),
        ("enum E { E_UNSPECIFIED = 0; }", "bad.proto: E: an enum without values"),
        ("enum E { E_UNSPECIFIED = 0; E_X = -1; }", "bad.proto: E.E_X: negative"),
        ("enum E { option allow_alias = true; E_UNSPECIFIED = 0; E_X = 1; E_Y = 1; }", "bad.proto: E: two names"),
        ("service S {}", "bad.proto: S: services"),
        ("message AEvent { oneof noise { B b = 1; } } message B {}", "bad.proto: AEvent.noise: a list has the oneofs"),
        ("message AEvent { B b = 1; } message B {}", "bad.proto: AEvent.b: every event stands in"),
        ("message AEvent { oneof decision { string b = 1; } }", "bad.proto: AEvent.b: an event is a message"),
        ("message AEvent { oneof decision { B c = 1; } } message B {}", "bad.proto: AEvent.c: must be called `b`"),
        ("message AEvent { oneof decision { B b = 70000; } } message B {}", "bad.proto: AEvent.b: a type number lies"),
        (
            "message AEvent { oneof decision { B b = 7; } } message B {} "
                + "message CEvent { oneof decision { D d = 7; } } message D {}",
            "bad.proto: CEvent.d: the type number 7 is already that of AEvent.b"
        ),
        (
            "message AEvent { oneof decision { B b = 7; } oneof observation { B bb = 8; } } message B {}",
            "bad.proto: AEvent.bb: `B` is already listed as AEvent.b"
        ),
        (
            "message AEvent { oneof decision { B b = 7; } } message B {} message C { AEvent a = 1; }",
            "bad.proto: C.a: `AEvent` is a list of events"
        ),
        ("message MadeR1 { string x = 1; }", "bad.proto: MadeR1: a shape of before of no event"),
        (
            "message AEvent { oneof decision { Made made = 7; } } message Made {} message MadeR2 {}",
            "bad.proto: MadeR2: a shape of before of no event"
        ),
        (
            "message InputRef { string renamed = 1; }",
            "bad.proto: InputRef 1: is `renamed string` now and was `stream string`"
        ),
        (
            "message InputRef { bytes stream = 1; }",
            "bad.proto: InputRef 1: is `stream bytes` now and was `stream string`"
        ),
    ]

    @Test(arguments: violations.indices)
    func `stops at what the house rules forbid, and says where`(index: Int) throws {
        let (schema, says) = Self.violations[index]
        try Self.inTemporaryFolder { folder in
            let text = "syntax = \"proto3\";\npackage daybook.v1;\n\(schema)\n"
            try Data(text.utf8).write(to: folder.appending(path: "bad.proto"))
            let numbers = Self.protos.appending(path: "numbers.txt").path
            let run = try Self.protoc(["bad.proto"], in: folder, option: "numbers=\(numbers)", to: folder)
            #expect(run.status != 0)
            #expect(run.errors.contains(says), "\(run.errors)")
        }
    }

    @Test func `says which options it knows`() throws {
        try Self.inTemporaryFolder { folder in
            let run = try Self.protoc(Self.protoFiles(), in: Self.protos, option: "fast", to: folder)
            #expect(run.status != 0)
            #expect(run.errors.contains("unknown option \"fast\": tests, mutable, import=, numbers="), "\(run.errors)")
        }
    }
}

extension `The generator` {
    private static func protoFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: protos.path).filter { $0.hasSuffix(".proto") }.sorted()
    }

    private static func inTemporaryFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "daybook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    /// Built beside the tests, because they depend on it.
    private static let plugin = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appending(path: "protoc-gen-daybook")

    private static func protoc(
        _ files: [String], in folder: URL, option: String, to output: URL
    ) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [
                "protoc", "--proto_path=\(folder.path)", "--plugin=protoc-gen-daybook=\(plugin.path)",
                "--daybook_opt=\(option)", "--daybook_out=\(output.path)",
            ] + files
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: text, as: UTF8.self))
    }
}
