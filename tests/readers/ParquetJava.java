// Copyright (c) 2026 The copyto authors
// SPDX-License-Identifier: BSL-1.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.Version;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/// As reader.py, with the classes of parquet-java. `out` is JSON: {name: [value, ...]}, each as the file has it: numbers, or
/// hexadecimal digits of bytes and of the bits of floating-point numbers.
public class ParquetJava {
  static final ObjectMapper json = new ObjectMapper();
  static final Configuration settings = new Configuration();

  static boolean isPart(Path path, JsonNode names) throws Exception {
    try (ParquetFileReader file = ParquetFileReader.open(HadoopInputFile.fromPath(path, settings))) {
      return names.size() != file.getFileMetaData().getSchema().getFieldCount();
    }
  }

  static MessageType schemaOf(Path path, JsonNode names) throws Exception {
    try (ParquetFileReader file = ParquetFileReader.open(HadoopInputFile.fromPath(path, settings))) {
      MessageType whole = file.getFileMetaData().getSchema();
      List<org.apache.parquet.schema.Type> wanted = new ArrayList<>();
      for (JsonNode name : names) {
        wanted.add(whole.getType(name.asText()));
      }
      return new MessageType(whole.getName(), wanted);
    }
  }

  static ParquetReader<Group> reader(Path path, MessageType wanted, FilterPredicate predicate, boolean pruned) throws Exception {
    Configuration own = new Configuration(settings);
    if (wanted != null) { // some of the columns; the text of a schema has no odd names
      own.set("parquet.read.schema", wanted.toString());
    }
    var builder = ParquetReader.builder(new GroupReadSupport(), path).withConf(own).useStatsFilter(pruned).useDictionaryFilter(pruned)
        .useColumnIndexFilter(pruned).useBloomFilter(pruned).useRecordFilter(true).usePageChecksumVerification(true);
    return (predicate == null ? builder : builder.withFilter(FilterCompat.get(predicate))).build();
  }

  static Object value(Group row, int field, PrimitiveType type) {
    if (row.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> row.getBoolean(field, 0);
      case INT32 -> row.getInteger(field, 0);
      case INT64 -> row.getLong(field, 0);
      case FLOAT -> row.getFloat(field, 0);
      case DOUBLE -> row.getDouble(field, 0);
      default -> row.getBinary(field, 0);
    };
  }

  static void add(ArrayNode to, Object value) {
    if (value == null) {
      to.addNull();
    } else if (value instanceof Boolean b) {
      to.add(b);
    } else if (value instanceof Integer i) {
      to.add(i);
    } else if (value instanceof Long l) {
      to.add(l);
    } else if (value instanceof Float f) {
      to.add(String.format("%08x", Integer.reverseBytes(Float.floatToRawIntBits(f))));
    } else if (value instanceof Double d) {
      to.add(String.format("%016x", Long.reverseBytes(Double.doubleToRawLongBits(d))));
    } else {
      to.add(HexFormat.of().formatHex(((Binary) value).getBytes()));
    }
  }

  static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsLtGt> List<FilterPredicate> comparisons(C column, T value) {
    return List.of(FilterApi.eq(eq(column), value), FilterApi.lt(column, value), FilterApi.ltEq(column, value), FilterApi.gt(column, value),
        FilterApi.gtEq(column, value));
  }

  @SuppressWarnings("unchecked")
  static <T extends Comparable<T>, C extends Operators.Column<T> & Operators.SupportsEqNotEq> C eq(Operators.Column<T> column) {
    return (C) column;
  }

  static List<FilterPredicate> predicates(String name, PrimitiveType type, Object value) {
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> List.of(FilterApi.eq(FilterApi.booleanColumn(name), (Boolean) value));
      case INT32 -> comparisons(FilterApi.intColumn(name), (Integer) value);
      case INT64 -> comparisons(FilterApi.longColumn(name), (Long) value);
      case FLOAT -> comparisons(FilterApi.floatColumn(name), (Float) value);
      case DOUBLE -> comparisons(FilterApi.doubleColumn(name), (Double) value);
      default -> comparisons(FilterApi.binaryColumn(name), (Binary) value);
    };
  }

  static long count(Path path, MessageType wanted, FilterPredicate predicate, boolean pruned) throws Exception {
    long rows = 0;
    try (ParquetReader<Group> reader = reader(path, wanted, predicate, pruned)) {
      while (reader.read() != null) {
        ++rows;
      }
    }
    return rows;
  }

  static ObjectNode answer(JsonNode ask) throws Exception {
    ObjectNode answer = json.createObjectNode();
    Path path = new Path(new File(ask.get("path").asText()).toURI());
    MessageType schema = schemaOf(path, ask.get("columns"));
    MessageType wanted = isPart(path, ask.get("columns")) ? schema : null;
    List<List<Object>> values = new ArrayList<>();
    ObjectNode out = json.createObjectNode();
    for (int f = 0; f != schema.getFieldCount(); ++f) {
      values.add(new ArrayList<>());
    }
    try (ParquetReader<Group> reader = reader(path, wanted, null, false)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        for (int f = 0; f != schema.getFieldCount(); ++f) {
          values.get(f).add(value(row, f, schema.getType(f).asPrimitiveType()));
        }
      }
    }
    for (int f = 0; f != schema.getFieldCount(); ++f) {
      ArrayNode column = out.putArray(schema.getFieldName(f));
      values.get(f).forEach(v -> add(column, v));
    }
    json.writeValue(new File(ask.get("out").asText()), out);
    ArrayNode wrong = json.createArrayNode();
    int predicates = 0;
    java.util.Set<String> counted = new java.util.HashSet<>();
    ask.path("counts").forEach(name -> counted.add(name.asText()));
    for (int f = 0; f != schema.getFieldCount(); ++f) {
      PrimitiveType type = schema.getType(f).asPrimitiveType();
      List<Object> there = values.get(f).stream().filter(v -> v != null).toList();
      // A column path is split at dots; INTERVAL has no order.
      boolean interval = type.getLogicalTypeAnnotation() instanceof org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
      if (!counted.contains(schema.getFieldName(f)) || schema.getFieldName(f).contains(".") || interval) {
        continue;
      }
      for (int i = 0; i < there.size(); i += Math.max(1, there.size() / 4)) {
        for (FilterPredicate predicate : predicates(schema.getFieldName(f), type, there.get(i))) {
          long pruned = count(path, wanted, predicate, true);
          long whole = count(path, wanted, predicate, false);
          ++predicates;
          if (pruned != whole) {
            wrong.add(predicate + ": " + pruned + " instead of " + whole);
          }
        }
      }
    }
    answer.put("predicates", predicates);
    answer.set("wrong", wrong);
    return answer;
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(Version.VERSION_NUMBER);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      ObjectNode result;
      try {
        result = answer(json.readTree(line));
      } catch (Throwable why) {
        result = json.createObjectNode();
        result.put("error", why.toString());
      }
      System.out.println(json.writeValueAsString(result));
    }
  }
}
