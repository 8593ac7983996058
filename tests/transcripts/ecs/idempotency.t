# A repeated clientToken answers with the tasks of the first call, as they are now; with other parameters it is a
# conflict. After a day the token is free.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"a","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"hello","count":2,"clientToken":"once"}
| tasks.taskArn tasks.lastStatus
< 200 {
    "tasks": [
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1","lastStatus":"PENDING"},
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task2","lastStatus":"PENDING"}
    ]
  }
@ +2s
! crash
@ +5s
> ecs RunTask {"taskDefinition":"hello","count":2,"clientToken":"once"}
| tasks.taskArn tasks.lastStatus
< 200 {
    "tasks": [
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task1","lastStatus":"RUNNING"},
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task2","lastStatus":"RUNNING"}
    ]
  }
> ecs RunTask {"taskDefinition":"hello","count":3,"clientToken":"once"}
< 400 {"__type":"ConflictException","message":"The clientToken was used before with other parameters."}
> ecs DescribeClusters {}
| clusters.runningTasksCount
< 200 {"clusters":[{"runningTasksCount":2}]}
@ +24h
> ecs RunTask {"taskDefinition":"hello","count":3,"clientToken":"once"}
| tasks.taskArn
< 200 {
    "tasks": [
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task3"},
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task4"},
      {"taskArn":"arn:aws:ecs:us-east-1:000000000000:task/default/$task5"}
    ]
  }
