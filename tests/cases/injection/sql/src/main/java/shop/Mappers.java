package shop;

import com.baomidou.mybatisplus.core.conditions.query.QueryWrapper;
import java.util.List;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
public class Mappers {
    interface Orders {
        @Select({"<script>", "select id from orders where name = ${name}", "</script>"}) // expect: injection/sql
        List<Long> named(@Param("name") String name);

        @Select("select id from orders where state = ${state}")
        List<Long> inState(@Param("state") int state);

        @Select("select id from orders where name = #{name}")
        List<Long> bound(String name);
    }

    OrderMapper mapper;

    @GetMapping("/orders")
    Object list(@RequestParam String order, @RequestParam String name, @RequestParam int size) {
        QueryWrapper<Order> wrapper = new QueryWrapper<>();
        wrapper.orderByDesc(order); // expect: injection/sql
        wrapper.apply("name = '" + name + "'"); // expect: injection/sql
        wrapper.apply("name = {0}", name);
        wrapper.eq("name", name);
        wrapper.last("limit " + size);
        return mapper.selectList(wrapper);
    }
}
