import SwiftProtobuf
import SwiftProtobufPluginLibrary

// The rules for `...Event` messages, over all files together.
extension HouseRules {
    mutating func checkLists(_ files: [FileDescriptor]) {
        checkOldShapes(files)
        var numbers: [Int32: String] = [:]
        var events: [String: String] = [:]
        for file in files {
            for list in file.messages where list.isList {
                checkForm(of: list, in: file)
                for field in list.fields {
                    let place = "\(list.name).\(field.name)"
                    if let other = numbers.updateValue(place, forKey: field.number) {
                        violation(file, place, "the type number \(field.number) is already that of \(other)")
                    }
                    if let name = field.messageType?.name, let other = events.updateValue(place, forKey: name) {
                        violation(file, place, "`\(name)` is already listed as \(other)")
                    }
                }
            }
        }
    }

    private mutating func checkForm(of list: Descriptor, in file: FileDescriptor) {
        if list.fields.isEmpty { violation(file, list.name, "a list of events without events") }
        for oneof in list.realOneofs where oneof.name != "observation" && oneof.name != "decision" {
            violation(file, "\(list.name).\(oneof.name)", "a list has the oneofs `observation` and `decision` only")
        }
        for field in list.fields {
            let place = "\(list.name).\(field.name)"
            guard field.realContainingOneof != nil else {
                violation(file, place, "every event stands in `oneof observation` or in `oneof decision`")
                continue
            }
            guard field.type == .message, let event = field.messageType else {
                violation(file, place, "an event is a message")
                continue
            }
            if field.name != event.name.snake { violation(file, place, "must be called `\(event.name.snake)`") }
            if event.soleOneof != nil {
                violation(file, place, "an event is not a bare oneof: give it a field of its own")
            }
            if !(1...Int32(UInt16.max)).contains(field.number) {
                violation(file, place, "a type number lies between 1 and \(UInt16.max)")
            }
        }
    }
}
