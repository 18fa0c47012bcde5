import Events
import Wire

/// What is under `on`: how a flow is started, and with what.
struct FlowTriggers {
    private(set) var inputs: [FlowInput] = []
    /// The inputs that expressions may name.
    private(set) var names = KnownNames()

    init(_ fields: Fields) {
        guard let node = fields["on"] else { return }
        guard let on = Fields(node, of: "`on`", in: fields.file, keys: ["manual", "schedule"]) else {
            names.isComplete = false
            return
        }
        if let schedule = on["schedule"] { Self.checkSchedule(schedule, on) }
        guard let manual = on["manual"] else { return }
        guard let manual = Fields(manual, of: "`manual`", in: on.file, keys: ["inputs"]) else {
            names.isComplete = false
            return
        }
        guard let inputs = manual["inputs"] else { return }
        guard let pairs = on.file.pairs(inputs, "inputs", max: FlowFile.inputsMax) else {
            names.isComplete = false
            return
        }
        names.names = Set(pairs.map(\.key))
        self.inputs = pairs.compactMap { Self.input($0, on.file) }
    }

    private static func input(_ pair: YAMLPair, _ file: TextFile) -> FlowInput? {
        let keys = ["type", "required", "default"]
        guard let fields = Fields(pair.value, of: "an input", in: file, keys: keys) else { return nil }
        if let type = fields["type"] { _ = file.word(type, "type", of: ["text": true]) }
        let required = fields["required"].map { file.boolean($0, "required") }
        let standard = fields["default"].map { file.text($0, "default") }
        guard let required = settled(required, or: false), let standard = settled(standard, or: "") else { return nil }
        if required, let position = fields.position(of: "default") {
            file.error(
                "a required input has no default", at: position, hint: "remove `default`, or write `required: false`")
            return nil
        }
        let json = required ? "" : JSON.string(standard).description
        return FlowInput(name: pair.key, required: required, defaultJson: json)
    }

    private static func checkSchedule(_ node: YAMLNode, _ on: Fields) {
        let file = on.file
        guard let slots = file.list(node, "schedule", max: 16) else { return }
        for slot in slots {
            let keys = ["cron", "timezone", "missed"]
            guard let fields = Fields(slot, of: "a schedule", in: file, keys: keys) else { continue }
            if let cron = fields.required("cron", hint: "in quotes: `cron: \"0 7 * * 1\"`") {
                let hint = "minute hour day month weekday, in quotes: \"0 7 * * 1\" is every Monday at seven"
                _ = file.parsed(cron, "cron", hint: hint) { CronShape.isValid($0) ? $0 : nil }
            }
            if let zone = fields["timezone"] {
                _ = file.parsed(zone, "timezone", hint: "an IANA name such as Europe/Berlin") { name in
                    let allowed = name.utf8.allSatisfy {
                        Identifier.isFieldName("\(Character(UnicodeScalar($0)))")
                            || "0123456789_+-/".utf8.contains($0)
                    }
                    return allowed && name.utf8.count <= 64 ? name : nil
                }
            }
            if let missed = fields["missed"] {
                _ = file.word(missed, "missed", of: ["run_once": true, "skip": true])
            }
        }
        on.noteIdle("schedule")
    }
}

/// Five fields as POSIX crontab has them, with names for months and weekdays.
enum CronShape {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    static func isValid(_ text: String) -> Bool {
        let fields = text.split(separator: " ")
        guard fields.count == 5 else { return false }
        return isField(fields[0], 0...59) && isField(fields[1], 0...23) && isField(fields[2], 1...31)
            && isField(fields[3], 1...12, names: months) && isField(fields[4], 0...7, names: weekdays)
    }

    private static func isField(_ field: Substring, _ range: ClosedRange<UInt64>, names: [String] = []) -> Bool {
        func number(_ text: Substring) -> UInt64? {
            if let index = names.firstIndex(of: text.lowercased()) { return UInt64(index) + range.lowerBound }
            return Decimals.parse(text, places: 0).flatMap { range.contains($0) ? $0 : nil }
        }
        return field.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
            let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 {
                guard let step = Decimals.parse(parts[1], places: 0), 1...range.upperBound ~= step else { return false }
            }
            if parts[0] == "*" { return true }
            let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(number)
            guard let first = ends[0], ends.count == 2 else { return parts.count == 1 && ends[0] != nil }
            return ends[1].map { first <= $0 } ?? false
        }
    }
}
