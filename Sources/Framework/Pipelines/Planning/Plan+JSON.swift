public import Formats
internal import Diagnostics
internal import PluginKit
internal import Records

extension Plan {
    /// Appends the plan as a JSON object: what is known of a run in advance.
    ///
    /// `docs/pipeline-files.md` describes the form.
    ///
    /// Two plans of the same file, variables, environment and descriptions have the same text, whatever their runs are
    /// named.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("pipeline", value: pipeline)
            json.member("file", value: file)
            json.key("stages")
            json.array { json in for node in nodes { write(node, to: &json) } }
            json.list("reads", texts: sourceOrder.map { nodes[$0].name })
            json.key("findings")
            json.array { json in for finding in findings.all { FindingJSON.write(finding, to: &json) } }
        }
    }

    private func write(_ node: Node, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", value: node.name)
            json.member("kind", value: node.kind.rawValue)
            json.member("use", value: node.plugin)
            if node.kind == .source {
                json.key("request")
                json.object { json in
                    json.list("columns", texts: node.request.schema.names)
                    json.list("optional", texts: node.request.optional.sorted())
                    json.list("conditions", texts: node.request.conditions.map(\.description))
                }
                if node.findsNews { json.member("findsNews", value: true) }
                if let increment = node.increment {
                    json.key("increment")
                    json.object { json in
                        json.member("column", value: node.output.columns[increment.value.index].name)
                        json.list("key", texts: increment.key.map { node.output.columns[$0.index].name })
                    }
                }
            } else {
                json.key("from")
                json.array { json in for port in node.inputs { write(port, to: &json) } }
                json.list("input", schema: node.input)
                json.key("needs")
                node.stage.needs.write(to: &json)
            }
            if let lookup = node.lookup {
                json.key("lookup")
                json.object { json in
                    json.key("from")
                    write(lookup, to: &json)
                    json.key("needs")
                    node.stage.lookupNeeds.write(to: &json)
                }
            }
            let expressions = node.stage.instance.expressions
            if !expressions.isEmpty {
                json.key("expressions")
                json.array { json in for expression in expressions { expression.write(to: &json) } }
            }
            json.key("outputs")
            json.array { json in
                for output in node.outputs {
                    json.object { json in
                        if !output.name.isEmpty { json.member("name", value: output.name) }
                        json.list("columns", schema: output.schema)
                    }
                }
            }
            json.key("calls")
            json.array { json in
                for path in callPaths(of: node) {
                    json.object { json in
                        json.member("call", value: path.kind.rawValue)
                        json.key("layers")
                        json.array { json in
                            for layer in path.layers {
                                json.object { json in
                                    json.member("name", value: layer.name)
                                    json.member("use", value: layer.plugin)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func write(_ port: Port, to json: inout JSONWriter) {
        json.object { json in
            json.member("stage", value: nodes[port.node].name)
            let output = nodes[port.node].outputs[port.output].name
            if !output.isEmpty { json.member("output", value: output) }
        }
    }
}

extension StageExpression {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", value: name)
            json.member("text", value: text)
            json.member("type", value: type)
            json.list("columns", texts: columns)
        }
    }
}

extension Needs {
    fileprivate func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("all", value: takesAll)
            json.list("always", texts: always.sorted())
            json.list("optional", texts: optional.sorted())
            json.key("made")
            json.object { json in
                for (name, origins) in made.sorted(by: { $0.key < $1.key }) { json.list(name, texts: origins.sorted()) }
            }
            json.key("renamed")
            json.object { json in
                for (name, old) in renamed.sorted(by: { $0.key < $1.key }) { json.member(name, value: old) }
            }
            json.member("keepsOtherColumns", value: keepsOtherColumns)
            json.list("conditions", texts: conditions.map(\.description))
            json.member("isTransparent", value: isTransparent)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func list(_ key: String, texts: [String]) {
        self.key(key)
        array { json in for text in texts { json.write(text) } }
    }

    fileprivate mutating func list(_ key: String, schema: Schema) {
        self.key(key)
        array { json in
            for column in schema.columns {
                json.object { json in
                    json.member("name", value: column.name)
                    json.member("kind", value: column.kind.rawValue)
                    if column.holdsJSON { json.member("holdsJSON", value: true) }
                }
            }
        }
    }
}
