import Foundation
import Wire

/// What is against CloudEvents 1.0.2 and its JSON format in one object, as the specification puts it.
/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>
enum CloudEventRules {
    static let required = ["id", "source", "specversion", "type"]
    /// Of the extension "Auth Context".
    static let authTypes = ["app_user", "user", "service_account", "api_key", "system", "unauthenticated", "unknown"]

    static func violations(in event: JSON) -> [String] {
        guard let fields = event.members else { return ["it is no object"] }
        var found: [String] = []
        func demand(_ holds: Bool, _ words: String) { if !holds { found.append(words) } }
        for name in required { demand(event[name]?.text?.isEmpty == false, "\(name) is REQUIRED and non-empty") }
        demand(event["specversion"] == "1.0", "specversion MUST be 1.0")
        demand(event["data"] == nil || event["data_base64"] == nil, "data and data_base64 exclude each other")
        for field in fields where field.name != "data" && field.name != "data_base64" {
            demand(field.name.wholeMatch(of: /[a-z0-9]+/) != nil, "\(field.name): MUST be lower-case letters or digits")
            demand(field.name.count <= 20, "\(field.name): SHOULD NOT exceed 20 characters")
            switch field.value {
            case .string(let text): demand(isText(text), "\(field.name): a character that MUST NOT be there")
            case .number: demand(field.value.integer.flatMap { Int32(exactly: $0) } != nil, "\(field.name): 32 bits")
            case .bool: break
            case .null, .array, .object: found.append("\(field.name): no CloudEvents type")
            }
        }
        for name in ["source", "dataschema", "dataref"] {
            guard let text = event[name]?.text else { continue }
            demand(text.wholeMatch(of: /[A-Za-z0-9\-._~:\/?#\[\]@!$&'()*+,;=%]+/) != nil, "\(name): a URI-reference")
        }
        for name in ["time", "recordedtime"] {
            guard let text = event[name]?.text else { continue }
            let form = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/
            demand(text.wholeMatch(of: form) != nil, "\(name): RFC 3339")
        }
        for name in ["subject", "partitionkey", "sequence", "causationid", "authid", "dataref", "datacontenttype"] {
            guard let value = event[name] else { continue }
            demand(value.text?.isEmpty == false, "\(name): a non-empty text")
        }
        if let type = event["authtype"] { demand(authTypes.contains(type.text ?? ""), "authtype: an unknown one") }
        if event["authid"] != nil { demand(event["authtype"] != nil, "authtype is REQUIRED with authid") }
        for name in ["data_base64", "daybookpayload"] {
            guard let value = event[name] else { continue }
            demand(value.text.flatMap { Data(base64Encoded: $0) } != nil, "\(name): base64")
        }
        return found
    }

    /// No control characters, no half pairs, no noncharacters.
    private static func isText(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x1f && !(0x7f...0x9f ~= scalar.value) && scalar.value & 0xfffe != 0xfffe
                && !(0xfdd0...0xfdef ~= scalar.value)
        }
    }
}
